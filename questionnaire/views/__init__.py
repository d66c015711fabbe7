"""Answer requests: check access, call an action, render a page."""
