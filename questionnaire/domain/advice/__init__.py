"""Work out the advice, with its reasons, from the answers."""
