"""Half a pair of surrogates: JSON can escape it, Python then holds it, and no encoding knows it."""

HALF = "holds half of a unicode character, such as \\ud800."


def is_text(text: str) -> bool:
    """Whether all of it are characters."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
