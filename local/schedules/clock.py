"""The clock of the scheduler and of IoT Jobs, which a test can move."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Tells the time, in UTC."""

    def now(self) -> datetime:
        """The time."""

    def move_to(self, moment: datetime) -> None:
        """Go forward to this moment; nothing if it is over."""


class SystemClock:
    """This machine's, moved forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC) + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Go forward to this moment; nothing if it is over."""
        self._ahead += max(timedelta(), moment - self.now())


def stamp_of(moment: datetime) -> int:
    """Milliseconds since the epoch."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def moment_of(stamp: int) -> datetime:
    """The moment so many milliseconds after the epoch."""
    return EPOCH + timedelta(milliseconds=stamp)
