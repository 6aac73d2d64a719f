"""The fields of AWS's cron expressions (EventBridge Scheduler User Guide, "Schedule types", "Cron-based schedules").

Only what that page allows is read: what it leaves open (ranges that wrap, steps of weekdays, lists with L, W or #) is
refused, so that the product cannot lean on it.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

_ITEM = re.compile(r"(\*|[A-Z]{3}|\d{1,4})(?:-([A-Z]{3}|\d{1,4}))?(?:/(\d{1,4}))?")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
Days = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """The values that a field may hold."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = field(default=())
    steps: bool = True

    def values(self, text: str) -> frozenset[int]:
        """The numbers that a field of lists, ranges and steps names; raises ValueError."""
        return frozenset(value for item in text.split(",") for value in self._item(item))

    def _item(self, text: str) -> range:
        match = _ITEM.fullmatch(text)
        if not match or (match[3] and not (self.steps and int(match[3]))) or (match[1] == "*" and match[2]):
            raise ValueError(f"{self.name}: {text}")
        low = self.low if match[1] == "*" else self.number(match[1])
        open_ended = match[1] == "*" or (match[3] and not match[2])
        high = self.high if open_ended else self.number(match[2] or match[1])
        if low > high:
            raise ValueError(f"{self.name}: {text}")
        return range(low, high + 1, int(match[3] or 1))

    def number(self, text: str) -> int:
        """One value, by number or name; raises ValueError."""
        number = self.names.index(text) + 1 if text in self.names else int(text)
        if not self.low <= number <= self.high:
            raise ValueError(f"{self.name}: {text}")
        return number


MINUTES, HOURS = Rule("minutes", 0, 59), Rule("hours", 0, 23)
DAY_OF_MONTH, MONTH = Rule("day-of-month", 1, 31), Rule("month", 1, 12, _MONTHS)
DAY_OF_WEEK, YEAR = Rule("day-of-week", 1, 7, _DAYS, steps=False), Rule("year", 1970, 2199)


def days(of_month: str, of_week: str) -> Days:
    """The days on which both fields agree: one of them, and only one, is `?`; raises ValueError."""
    if (of_month == "?") == (of_week == "?"):
        raise ValueError("day-of-month, day-of-week: one of them must be ?")
    return _of_week(of_week) if of_month == "?" else _of_month(of_month)


def _of_month(text: str) -> Days:
    if text == "L":
        return lambda day: day.day == _last(day)
    if text == "LW":
        return lambda day: day.day == _nearest_weekday(day, _last(day))
    if match := re.fullmatch(r"(\d+)W", text):
        wanted = DAY_OF_MONTH.number(match[1])
        return lambda day: wanted <= _last(day) and day.day == _nearest_weekday(day, wanted)
    values = DAY_OF_MONTH.values(text)
    return lambda day: day.day in values


def _of_week(text: str) -> Days:
    if text == "L":  # the last day of the week
        text = "7"
    if match := re.fullmatch(r"([1-7])L", text):
        last = int(match[1])
        return lambda day: _weekday(day) == last and day.day + 7 > _last(day)
    if match := re.fullmatch(r"([1-7])#([1-5])", text):
        weekday, nth = int(match[1]), int(match[2])
        return lambda day: _weekday(day) == weekday and (day.day + 6) // 7 == nth
    values = DAY_OF_WEEK.values(text)
    return lambda day: _weekday(day) in values


def _weekday(day: date) -> int:
    """Sunday is 1."""
    return day.isoweekday() % 7 + 1


def _last(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(day: date, wanted: int) -> int:
    """The Monday to Friday of this month that is nearest to a day of it."""
    isoweekday = day.replace(day=wanted).isoweekday()
    if isoweekday == 6:
        return wanted - 1 if wanted > 1 else wanted + 2
    if isoweekday == 7:
        return wanted + 1 if wanted < _last(day) else wanted - 2
    return wanted
