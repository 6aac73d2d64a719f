"""How long to wait before a call is made again."""

import random

_FIRST = 1.0
_LONGEST = 300.0


class Backoff:
    """Seconds that double up to five minutes, less a random part, so that a fleet does not call in step."""

    def __init__(self) -> None:
        self._tries = 0

    def next(self) -> float:
        """How long to wait after one more failure."""
        longest = min(_FIRST * 2.0**self._tries, _LONGEST)
        self._tries = min(self._tries + 1, 16)
        return longest * random.uniform(0.5, 1)  # noqa: S311 - no secret

    def reset(self) -> None:
        """A call went through."""
        self._tries = 0
