"""A schedule as the scheduler sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.schedules.expression import INSTANT, At, Expression, Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The times at which a schedule fires."""

    expression: Expression
    zone: ZoneInfo
    start: datetime | None = None
    end: datetime | None = None

    def next_after(self, moment: datetime, anchor: datetime) -> datetime | None:
        """The first firing after this moment, in UTC; a rate counts from its start, or else from the anchor."""
        if isinstance(self.expression, At):  # ignores both dates (API reference, CreateSchedule, StartDate)
            return self.expression.next_after(moment, self.zone, anchor)
        if self.start:
            moment = max(moment, self.start - INSTANT)
        firing = self.expression.next_after(moment, self.zone, self.start or anchor)
        return None if firing and self.end and firing > self.end else firing

    def fires_at_once(self) -> bool:
        """Return whether the first firing is its creation: a rate without a start ("Rate-based schedules")."""
        return isinstance(self.expression, Rate) and not self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A schedule's target, and how often it is tried again if it cannot be invoked."""

    arn: str
    timing: Timing
    target: Mapping[str, Any]
    enabled: bool = True
    window: timedelta = timedelta()
    retries: int = 185
    longest: timedelta = timedelta(days=1)
    ends_with_last_firing: bool = False
