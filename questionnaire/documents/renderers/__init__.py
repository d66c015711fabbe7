"""Render a document as HTML, plain text, JSON or PDF."""
