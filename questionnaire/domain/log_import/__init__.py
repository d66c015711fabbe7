"""Read the log that a client kept: text or cells become rows, each right, in doubt, or left out."""
