"""Cron expressions: reading one, and its firings by the clocks of a time zone."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import product
from zoneinfo import ZoneInfo

from cronsim import CronSim

from functions.jobs.cron.field import DAY_OF_MONTH, DAY_OF_WEEK, HOUR, MINUTE, MONTH, YEAR, Field


class LocalTimes(CronSim):
    """Iterates over the local times of an expression, in order, without a zone and without regard to its years.

    It is cronsim with Metronome's days: both day fields must match, and nW is the weekday nearest to day n in the same
    month. Times without a zone switch off cronsim's rules for clock changes, which are Debian's and not Metronome's.
    """

    def __init__(self, cron: "Cron", after: datetime) -> None:
        near = {item for item in cron.day_of_month.special if item[0].isdigit()}
        self._nearest = [int(item[:-1]) for item in near]
        days = ",".join([*map(str, cron.day_of_month.values), *(cron.day_of_month.special - near)])
        self._only_nearest = not days
        weekdays = ",".join([*map(str, cron.day_of_week.values), *cron.day_of_week.special])
        minutes, hours, months = (",".join(map(str, field.values)) for field in (cron.minute, cron.hour, cron.month))
        super().__init__(f"{minutes} {hours} {days or '*'} {months} {weekdays}", after)

    def match_day(self, d: date) -> bool:
        """Return whether both day fields match. In cronsim, one of two that do not begin with `*` is enough."""
        return self.match_dom(d) and self.match_dow(d)

    def match_dom(self, d: date) -> bool:
        """Return whether day-of-month matches, including nW."""
        if not self._only_nearest and super().match_dom(d):
            return True
        return any(d.day == _nearest_weekday(d, day) for day in self._nearest)


def _nearest_weekday(month: date, day: int) -> int | None:
    """Return the weekday nearest to this day in the same month; None if the month does not have the day."""
    last = calendar.monthrange(month.year, month.month)[1]
    if day > last:
        return None
    weekday = month.replace(day=day).weekday()
    if weekday == calendar.SATURDAY:
        return day - 1 if day > 1 else 3
    if weekday == calendar.SUNDAY:
        return day + 1 if day < last else last - 2
    return day


MAX_CHARACTERS = 256  # EventBridge Scheduler's limit for ScheduleExpression (its API, CreateSchedule)
TOO_LONG = f"longer than {MAX_CHARACTERS} characters: use ranges and steps, or several schedules"
LEAP_YEAR = 2024  # any one: it has the longest February
_TICK = timedelta(seconds=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cron:
    """A cron expression: minute hour day-of-month month day-of-week [year].

    Day-of-month and day-of-week must both match (Metronome's rule): `0 9 1-7 * 1` is the first Monday of a month.
    """

    minute: Field
    hour: Field
    day_of_month: Field
    month: Field
    day_of_week: Field
    year: Field | None = None

    @classmethod
    def parse(cls, text: str) -> "Cron":
        """Read an expression; raises ValueError with one sentence that names the field and the way out.

        A date that never comes is refused: `0 0 31 2 *`, `0 0 29 2 * 2027`. A year in the past is not refused: its
        schedule never fires again. Metronome also refuses `0 0 31 2-3 *`, because its check leaves out the end of a
        range and takes each month for a day shorter. The same check would refuse `0 0 31 1-12 *`, so only the useful
        part of it is kept: a range of months in which only the last month has the day is refused, since the last month
        alone means the same.
        """
        if len(text) > MAX_CHARACTERS:
            raise ValueError(f"cron: {TOO_LONG}")
        parts = text.upper().split()
        if len(parts) not in (5, 6):
            raise ValueError(
                "cron: expected 5 fields (minute hour day-of-month month day-of-week), or 6 with the year, "
                f"found {len(parts)}: for example '0 9 * * 1-5'"
            )
        if len(parts) == 6 and "?" in parts:  # AWS counts days from SUN=1, so its digits would mean other days here
            raise ValueError("cron: '?' beside a year is AWS's form, which numbers the days differently: write '*'")
        rules = (MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR)
        names = ("minute", "hour", "day_of_month", "month", "day_of_week", "year")
        fields = map(Field.parse, rules, parts)
        cron = cls(**dict(zip(names, fields, strict=False)))
        cron.refuse_dates_that_never_come()
        cron._refuse_misleading_months()
        return cron

    def __str__(self) -> str:
        """Return the canonical expression, as Metronome echoes it."""
        fields = (self.minute, self.hour, self.day_of_month, self.month, self.day_of_week, self.year)
        return " ".join(field.text for field in fields if field)

    def asks_no_clock(self, zone: ZoneInfo) -> bool:
        """Return whether this means elapsed time: UTC has the same firings as `zone`, and clock changes do not matter.

        Such an expression names no hour, day, month or year. If it names minutes, the zone must always differ from UTC
        by whole hours.
        """
        rules = (HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK, YEAR)
        fields = (self.hour, self.day_of_month, self.month, self.day_of_week, self.year)
        if any(field and len(field.values) < rule.count for rule, field in zip(rules, fields, strict=True)):
            return False
        return len(self.minute.values) == MINUTE.count or _differs_by_whole_hours(zone)

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the first firing after `moment` (aware) by the clocks of `zone`, in UTC; None if there is none.

        A local time that a clock change skips does not fire. One that it doubles fires at the first of the two, as in
        EventBridge Scheduler (its user guide, "Daylight savings time"). An expression that asks no clock goes by UTC:
        it fires in both, as in Metronome.
        """
        clock = UTC if self.asks_no_clock(zone) else zone
        # Of two equal local times only the first counts, so a later firing has a later local time.
        for local in self._local_times(moment.astimezone(clock).replace(tzinfo=None, fold=0)):
            firing = local.replace(tzinfo=clock).astimezone(UTC)
            skipped = firing.astimezone(clock).replace(tzinfo=None) != local
            if firing > moment and not skipped:
                return firing
        return None

    def _local_times(self, after: datetime) -> Iterator[datetime]:
        """Yield the local times after this one, in order, without a zone."""
        years = sorted(self.year.values) if self.year else range(YEAR.low, YEAR.high + 1)
        while (year := next((year for year in years if year >= after.year), None)) is not None:
            for local in LocalTimes(self, max(after, datetime(year, 1, 1) - _TICK)):
                if local.year not in years:
                    after = local
                    break
                yield local
            else:  # cronsim stops after 50 years; the rarest date, a 29 February on a named weekday, comes every 40
                return

    def names(self, day: date) -> bool:
        """Return whether the expression names this day: year, month and both day fields match."""
        if day.month not in self.month.values or (self.year and day.year not in self.year.values):
            return False
        return LocalTimes(self, datetime.combine(day, time())).match_day(day)

    def refuse_dates_that_never_come(self) -> None:
        """Raise ValueError if the calendar has none of the expression's days."""
        if next(self._local_times(datetime(YEAR.low, 1, 1) - _TICK), None) is None:
            fields = {"month": self.month, "day-of-week": self.day_of_week, "year": self.year}
            named = [f", {name} {field.text}" for name, field in fields.items() if field and field.text != "*"]
            date = self.day_of_month.text + "".join(named)
            raise ValueError(f"day-of-month: {date} is a date that never comes: name one that the calendar has")

    def _refuse_misleading_months(self) -> None:
        months, days = (re.fullmatch(r"(\d+)(?:-(\d+))?", field.text) for field in (self.month, self.day_of_month))
        if not months or not days or not months[2]:
            return
        others = range(int(months[1]), int(months[2]))
        if others and all(min(self.day_of_month.values) > calendar.monthrange(LEAP_YEAR, month)[1] for month in others):
            raise ValueError(f"month: of {months[0]} only {months[2]} has day {days[0]}: write {months[2]} alone")


@cache
def _differs_by_whole_hours(zone: ZoneInfo) -> bool:
    """Return whether the zone differs from UTC by whole hours in all the years that a schedule can have."""
    # One check a month is enough: since 1970, no zone has had another kind of offset for less than that.
    months = product(range(YEAR.low, YEAR.high + 1), range(1, 13))
    offsets = {datetime(year, month, 1, tzinfo=zone).utcoffset() or timedelta() for year, month in months}
    return not any(offset % _HOUR for offset in offsets)
