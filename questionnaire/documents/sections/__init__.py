"""Write the sections of a document, one module a section."""
