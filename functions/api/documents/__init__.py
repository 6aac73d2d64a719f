"""Documents: the bodies that callers send."""
