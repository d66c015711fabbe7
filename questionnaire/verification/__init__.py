"""Prove that the rules keep their principles for every intake there can be."""
