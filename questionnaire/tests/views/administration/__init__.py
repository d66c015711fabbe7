"""Tests of the pages of Beheer."""
