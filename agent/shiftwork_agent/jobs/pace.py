"""When to call the jobs service: the pace of reports, and the pauses after calls that failed."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: the least between two reports, the most until a job that is silent is reported again."""

    report: float = 5
    heartbeat: float = 60
    power: float = 300  # what a machine has to go down


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
