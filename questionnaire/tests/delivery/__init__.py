"""Tests of delivering, with a Documenten API of our own on loopback."""
