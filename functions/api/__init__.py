"""Door 1: HTTP."""
