"""The clock of the engine's tests: it moves with each call of AWS, and when a test waits."""

from datetime import UTC, datetime, timedelta

_CALL = timedelta(milliseconds=10)


class Clock:
    """The time, in UTC."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 12, tzinfo=UTC)

    def time(self) -> float:
        """The time as time.time() returns it."""
        return self.now.timestamp()

    def call(self) -> None:
        """Let the time of one call of AWS pass."""
        self.now += _CALL

    def wait(self, minutes: float) -> None:
        """Let these minutes pass."""
        self.now += timedelta(minutes=minutes)
