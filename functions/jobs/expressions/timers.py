"""Timers that are no cron: an interval (`@every`, `rate(...)`) and a single time (`at(...)`).

Durations are read as Go's time.ParseDuration reads them: `1h30m`, `1.5h`, `90s`, `60000ms`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from functions.jobs.cron.field import YEAR

_MICROSECOND, _SECOND = 10**3, 10**9  # in nanoseconds
_UNITS = {
    "ns": 1,
    "us": _MICROSECOND,
    "\u00b5s": _MICROSECOND,  # the micro sign
    "\u03bcs": _MICROSECOND,  # the Greek letter mu
    "ms": 10**6,
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 3600 * _SECOND,
}
_PART = re.compile(rf"([0-9]+\.?[0-9]*|\.[0-9]+)({'|'.join(_UNITS)})")
_LONGEST_DURATION = 2**63 - 1  # nanoseconds, Go's limit: about 292 years
_MOST_CHARACTERS = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """The unit of which a duration must be a whole number.

    A duration such as 59s in minutes, or 500ms in seconds, is both not whole and under one. AWS Copilot, from whose
    manifests these come, reports the first for `@every` and the second for a timeout.
    """

    name: str
    nanoseconds: int
    under_one_comes_first: bool = False


SECONDS = Unit(name="second", nanoseconds=_SECOND, under_one_comes_first=True)
MINUTES = Unit(name="minute", nanoseconds=60 * _SECOND)


def read_whole(text: str, unit: Unit) -> int:
    """Return how many units a duration has, 1 or more.

    Raises ValueError with a sentence if the text is not a duration, not a whole number of the unit, or less than one.
    """
    nanoseconds = _nanoseconds(text)
    whole, rest = divmod(nanoseconds, unit.nanoseconds)
    if rest and not (unit.under_one_comes_first and whole < 1):
        raise ValueError(
            f"'{text}' is not a whole number of {unit.name}s: round it up to {max(whole + 1, 1)}{_sign(unit)}"
        )
    if whole < 1:
        raise ValueError(f"'{text}' is under one {unit.name}: the shortest is 1{_sign(unit)}")
    return whole


def _sign(unit: Unit) -> str:
    return unit.name[0]


def _nanoseconds(text: str) -> int:
    """Read a duration, cut off below a nanosecond; raises ValueError."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    parts = [] if len(text) > _MOST_CHARACTERS else _PART.findall(unsigned)
    known = unsigned == "0" or (parts and "".join(number + unit for number, unit in parts) == unsigned)
    total = sum(_cut_off(number, _UNITS[unit]) for number, unit in parts)
    if not known or total > _LONGEST_DURATION:
        raise ValueError(
            f"'{text[:40]}' is not a duration: write hours, minutes and seconds together, such as 1h30m or 90s"
        )
    return -total if text.startswith("-") else total


def _cut_off(number: str, nanoseconds: int) -> int:
    whole, _, decimals = number.partition(".")
    scale: int = 10 ** len(decimals)
    return int(whole + decimals) * nanoseconds // scale


_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60}
_LONGEST = 100 * 366 * 24 * 60  # minutes; AWS has no limit, but Python's dates end


@dataclass(frozen=True, slots=True)
class Rate:
    """An interval of `value` minutes, hours or days.

    It is elapsed time: a day has 24 hours, whatever the clocks do (EventBridge Scheduler's user guide, "Daylight
    savings time").
    """

    value: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Read the text inside `rate(...)`; raises ValueError with a sentence."""
        found = re.fullmatch(r"([0-9]+) (minute|hour|day)s?", " ".join(text.split()))
        if not found or int(found[1]) < 1:
            raise ValueError(
                "rate(...): expected a whole number and minutes, hours or days, such as rate(5 minutes); "
                "the shortest is rate(1 minute)"
            )
        return cls._checked(int(found[1]), found[2])

    @classmethod
    def every(cls, duration: str) -> "Rate":
        """Read the text after `@every `: whole minutes; raises ValueError with a sentence."""
        try:
            return cls._checked(read_whole(duration, MINUTES), "minute")
        except ValueError as error:
            raise ValueError(f"@every: {error}") from error

    @classmethod
    def _checked(cls, value: int, unit: str) -> "Rate":
        if value * _MINUTES[unit] > _LONGEST:
            raise ValueError("an interval is at most 100 years: use at(...) for a single firing")
        return cls(value, unit)

    def __str__(self) -> str:
        """Return AWS's form, which has the singular for 1 only (EventBridge's user guide, "Rate expressions")."""
        return f"rate({self.value} {self.unit}{'' if self.value == 1 else 's'})"

    def next_after(self, moment: datetime, anchor: datetime) -> datetime | None:
        """Return the first firing after `moment`, in UTC; None if it is beyond Python's dates.

        Firings come one interval after `anchor`, then two, and so on.
        """
        interval = timedelta(minutes=self.value * _MINUTES[self.unit])
        try:
            return anchor.astimezone(UTC) + max((moment - anchor) // interval + 1, 1) * interval
        except OverflowError:
            return None


@dataclass(frozen=True, slots=True)
class At:
    """A schedule that fires once, at a local time without a zone."""

    local: datetime

    @classmethod
    def parse(cls, text: str) -> "At":
        """Read the text inside `at(...)`; raises ValueError with a sentence. A time in the past never fires."""
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", text):
            raise ValueError("at(...): expected yyyy-mm-ddThh:mm:ss without a zone, such as at(2027-01-31T09:00:00)")
        try:
            local = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f"at(...): {text} is a date or time that never comes: {error}") from error
        if not YEAR.low <= local.year <= YEAR.high:
            raise ValueError(f"at(...): the year {local.year} is not within {YEAR.low}-{YEAR.high}")
        return cls(local)

    def __str__(self) -> str:
        """Return AWS's form, which is also the caller's."""
        return f"at({self.local.isoformat()})"

    def check(self, zone: ZoneInfo) -> None:
        """Raise ValueError if the clocks of the zone skip this time."""
        if self._moment(zone) is None:
            raise ValueError(f"at(...): the clocks of {zone.key} skip {self.local.isoformat()}: use another time")

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the time in UTC if it comes after `moment`. If clocks show it twice, the first one counts."""
        point = self._moment(zone)
        return point if point and point > moment else None

    def _moment(self, zone: ZoneInfo) -> datetime | None:
        """Return the time in UTC; None if the clocks of the zone skip it."""
        point = self.local.replace(tzinfo=zone).astimezone(UTC)
        return point if point.astimezone(zone).replace(tzinfo=None) == self.local else None
