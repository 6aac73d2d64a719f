"""Intervals: `rate(5 minutes)` and `@every 1h30m`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from functions.jobs.expressions.durations import MINUTES, read_whole

_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}
_LONGEST = 100 * 366 * 24 * 60  # minutes; AWS names no bound, but Python's dates end


@dataclass(frozen=True, slots=True)
class Rate:
    """An interval of `value` minutes, hours or days.

    It is elapsed time: a day is 24 hours, whatever the clocks do (EventBridge Scheduler's user guide, "Daylight savings
    time").
    """

    value: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Read what stands within `rate(...)`; raises ValueError with a sentence."""
        found = re.fullmatch(r"([0-9]+) (minute|hour|day)s?", " ".join(text.split()))
        if not found or int(found[1]) < 1:
            raise ValueError(
                "rate(...): expected a whole number and minutes, hours or days, such as rate(5 minutes); "
                "the shortest is rate(1 minute)"
            )
        return cls._checked(int(found[1]), found[2])

    @classmethod
    def every(cls, duration: str) -> "Rate":
        """Read what follows `@every `: whole minutes; raises ValueError with a sentence."""
        try:
            return cls._checked(read_whole(duration, MINUTES), "minute")
        except ValueError as error:
            raise ValueError(f"@every: {error}") from error

    @classmethod
    def _checked(cls, value: int, unit: str) -> "Rate":
        if value * _MINUTES[unit] > _LONGEST:
            raise ValueError("an interval is at most 100 years: use at(...) for what happens once")
        return cls(value, unit)

    def __str__(self) -> str:
        """AWS's form, which wants the singular for 1 alone (EventBridge's user guide, "Rate expressions")."""
        return f"rate({self.value} {self.unit}{'' if self.value == 1 else 's'})"

    def next_after(self, moment: datetime, anchor: datetime) -> datetime | None:
        """The first firing after `moment`, in UTC; they come one interval after `anchor`, two, and so on.

        None if it lies beyond Python's dates.
        """
        interval = timedelta(minutes=self.value * _MINUTES[self.unit])
        try:
            return anchor.astimezone(UTC) + max((moment - anchor) // interval + 1, 1) * interval
        except OverflowError:
            return None
