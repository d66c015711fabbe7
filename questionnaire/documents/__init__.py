"""Documents: a summary in an edition and a format, ready to be shown, saved or printed."""
