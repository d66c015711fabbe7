"""Record audit events in a sealed chain, and read them back."""
