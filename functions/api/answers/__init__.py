"""Answers: the bodies that callers get."""
