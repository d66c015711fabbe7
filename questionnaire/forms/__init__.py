"""Read what was typed on a page; no form applies a rule of the advice."""
