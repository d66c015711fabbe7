"""Encrypt what is stored, with a key ring that is kept outside the database."""
