"""Lock the screen, turn it to the client, and keep posts that could not be saved."""
