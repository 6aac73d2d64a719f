"""The time of the proof: it goes on with each call of AWS, and when it is told to."""

from datetime import UTC, datetime, timedelta

_CALL = timedelta(milliseconds=10)


class Clock:
    """The time, in UTC."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 12, tzinfo=UTC)

    def time(self) -> float:
        """As time.time() has it."""
        return self.now.timestamp()

    def call(self) -> None:
        """A call of AWS takes its time."""
        self.now += _CALL

    def wait(self, minutes: float) -> None:
        """Let so many minutes pass."""
        self.now += timedelta(minutes=minutes)
