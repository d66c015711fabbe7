"""Compute the shapes of the charts; templates under charts/ draw them."""
