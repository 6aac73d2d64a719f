"""The routes, by path."""
