"""A small reader of AWS's cron expressions, written for the tests alone: nothing of it is shared with the product.

It takes no more than "Schedule types in EventBridge Scheduler" names, and fails the test on anything else.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
Numbers = frozenset[int]


@dataclass(frozen=True)
class AwsCron:
    minutes: Numbers
    hours: Numbers
    day_of_month: str
    months: Numbers
    day_of_week: str
    years: Numbers

    def fires_on(self, day: date) -> bool:
        """Whether it fires on this day; one of the two day fields is `?` and says nothing."""
        if day.month not in self.months or day.year not in self.years:
            return False
        return on_day_of_month(self.day_of_month, day) if self.day_of_week == "?" else on_weekday(self.day_of_week, day)


def read(expression: str) -> AwsCron:
    assert len(expression) <= 256
    found = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", expression)
    assert found, expression
    minute, hour, days, month, weekdays, year = found.groups()
    assert [days, weekdays].count("?") == 1, expression
    return AwsCron(
        numbers(minute, 0, 59),
        numbers(hour, 0, 23),
        days,
        numbers(month, 1, 12, MONTHS),
        weekdays,
        numbers(year, 1970, 2199),
    )


def numbers(field: str, low: int, high: int, names: list[str] | None = None) -> Numbers:
    """What plain numbers, ranges, steps and lists of them mean."""
    found = set[int]()
    for item in field.split(","):
        parts = re.fullmatch(r"(\*|[0-9A-Z]+)(?:-([0-9A-Z]+))?(?:/([0-9]+))?", item)
        assert parts, field
        first = low if parts[1] == "*" else number(parts[1], names)
        last = number(parts[2], names) if parts[2] else high if parts[1] == "*" or parts[3] else first
        assert low <= first <= last <= high, f"{field}: not within {low}-{high}, or backwards"
        assert int(parts[3] or 1) <= high - low, f"{field}: a step that is longer than the field"
        found.update(range(first, last + 1, int(parts[3] or 1)))
    return frozenset(found)


def number(text: str, names: list[str] | None) -> int:
    return names.index(text) + 1 if names and text in names else int(text)


def on_day_of_month(field: str, day: date) -> bool:
    if field == "L":
        return (day + timedelta(1)).month != day.month
    if field.endswith("W"):
        month = [day.replace(day=1) + timedelta(n) for n in range(31)]
        weekdays = [each for each in month if each.month == day.month and each.weekday() < 5]
        has_it = any(each.month == day.month and each.day == int(field[:-1]) for each in month)
        return has_it and day == min(weekdays, key=lambda each: abs(each.day - int(field[:-1])))
    return day.day in numbers(field, 1, 31)


def on_weekday(field: str, day: date) -> bool:
    weekday = day.isoweekday() % 7 + 1
    if found := re.fullmatch("([1-7])#([1-5])", field):
        return weekday == int(found[1]) and (day.day + 6) // 7 == int(found[2])
    if found := re.fullmatch("([1-7])L", field):
        return weekday == int(found[1]) and (day + timedelta(7)).month != day.month
    if field == "L":
        return weekday == 7
    assert "/" not in field, "AWS has no steps of weekdays"
    return weekday in numbers(field, 1, 7, WEEKDAYS)
