"""Schedule expressions as EventBridge Scheduler takes them (its User Guide, "Schedule types").

A local time that the clocks skip does not fire, one that they double fires once, and a rate counts elapsed time
("Daylight savings time on EventBridge Scheduler").
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from local.schedules import cron_fields as fields

INSTANT = timedelta(microseconds=1)
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Cron:
    """cron(minutes hours day-of-month month day-of-week year)"""

    text: str

    def matches(self, local: datetime) -> bool:
        """Return whether the expression means this minute of a zone's clocks."""
        minutes, hours, days, months, years = _read(self.text)
        same_time = local.minute in minutes and local.hour in hours
        return same_time and local.month in months and local.year in years and days(local.date())

    def next_after(self, moment: datetime, zone: ZoneInfo, anchor: datetime) -> datetime | None:
        """The first firing after this moment, in UTC."""
        # Of two equal local times only the first counts, so a later firing shows a later local time.
        shown = moment.astimezone(zone).replace(tzinfo=None)
        for local in self._from(shown):
            firing = instant(local, zone)
            if firing and firing > moment:
                return firing
        return None

    def _from(self, floor: datetime) -> Iterator[datetime]:
        minutes, hours, days, months, years = _read(self.text)
        day = floor.date()
        while day.year <= fields.YEAR.high:
            if day.year not in years:
                day = date(day.year + 1, 1, 1)
            elif day.month not in months:
                day = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
            else:
                for hour in hours if days(day) else ():
                    if (day, hour) >= (floor.date(), floor.hour):
                        times = (datetime(day.year, day.month, day.day, hour, minute) for minute in minutes)
                        yield from (local for local in times if local > floor)
                day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """rate(value unit)"""

    interval: timedelta

    def next_after(self, moment: datetime, zone: ZoneInfo, anchor: datetime) -> datetime | None:
        """The first firing after this moment: the anchor, or whole intervals after it."""
        if moment < anchor:
            return anchor
        try:
            return anchor + ((moment - anchor) // self.interval + 1) * self.interval
        except OverflowError:  # after the year 9999
            return None


@dataclass(frozen=True, slots=True)
class At:
    """at(yyyy-mm-ddThh:mm:ss)"""

    local: datetime

    def next_after(self, moment: datetime, zone: ZoneInfo, anchor: datetime) -> datetime | None:
        """Return its time; None if that is over or the clocks skip it."""
        firing = instant(self.local, zone)
        return firing if firing and firing > moment else None


Expression = Cron | Rate | At


def parse(text: str) -> Expression:
    """Read an expression; raises ValueError where Scheduler refuses it."""
    if match := re.fullmatch(r"cron\((\S+(?: +\S+){5})\)", text):
        cron = Cron(match[1])
        _read(cron.text)
        return cron
    if match := re.fullmatch(r"rate\((\d{1,8}) (minute|hour|day)(s?)\)", text):
        if int(match[1]) == 0 or (int(match[1]) > 1 and not match[3]):
            raise ValueError(text)
        return Rate(int(match[1]) * _UNITS[match[2]])
    if match := re.fullmatch(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", text):
        return At(datetime.fromisoformat(match[1]))
    raise ValueError(text)


def instant(local: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when a zone's clocks show this, the first time if they do so twice; None if they never do."""
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return first if first.astimezone(zone).replace(tzinfo=None) == local else None


@functools.lru_cache(maxsize=256)
def _read(text: str) -> tuple[list[int], list[int], fields.Days, frozenset[int], frozenset[int]]:
    minutes, hours, day_of_month, month, day_of_week, year = text.split()
    return (
        sorted(fields.MINUTES.values(minutes)),
        sorted(fields.HOURS.values(hours)),
        fields.days(day_of_month, day_of_week),
        fields.MONTH.values(month),
        fields.YEAR.values(year),
    )
