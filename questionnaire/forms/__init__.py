"""Read what was typed on a page; no form knows a rule."""
