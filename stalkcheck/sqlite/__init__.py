"""Django's database backend for SQLite, in which those who write wait in line instead of retrying."""
