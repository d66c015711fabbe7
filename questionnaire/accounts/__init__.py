"""Sign in, ask for a second factor, and end sessions."""
