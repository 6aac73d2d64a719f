"""Texts that no encoding takes: JSON can escape half of a surrogate pair, and Python reads it."""

HALF = "holds half of a Unicode character, such as \\ud800. Remove it."


def is_text(text: str) -> bool:
    """Return whether the text has no half of a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
