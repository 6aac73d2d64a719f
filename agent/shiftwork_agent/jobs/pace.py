"""When to call the jobs service: the pace of reports, and the pauses after failed calls."""

import random
from dataclasses import dataclass

_FIRST = 1.0
_LONGEST = 300.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. `report`: the least between two reports. `heartbeat`: the most until a silent job is reported again.

    `power`: how long a machine may take to go down.
    """

    report: float = 5
    heartbeat: float = 60
    power: float = 300


class Backoff:
    """Pauses that double up to five minutes. A random part is left out, so that a fleet does not call in step."""

    def __init__(self) -> None:
        self._failures = 0

    def next(self) -> float:
        """Return the seconds to wait after one more failure."""
        longest = min(_FIRST * 2.0**self._failures, _LONGEST)
        self._failures = min(self._failures + 1, 16)
        return longest * random.uniform(0.5, 1)  # noqa: S311 - no secret

    def reset(self) -> None:
        """Begin with short pauses again, because a call succeeded."""
        self._failures = 0
