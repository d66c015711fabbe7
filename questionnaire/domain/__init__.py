"""Define the questions, the answers and what follows from them, without a database or a request."""
