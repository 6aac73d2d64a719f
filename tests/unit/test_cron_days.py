"""The days on which cron expressions fire, against a matcher that goes day by day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.jobs.cron.expression import Cron

FIRST, DAYS = date(2023, 12, 31), 2 * 366  # with a leap year


def firing_days(text: str) -> list[date]:
    """The firings of those days, at midnight in UTC."""
    cron, found = Cron.parse(text), [datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)]
    while (following := cron.next_after(found[-1], ZoneInfo("UTC"))) and following.date() < FIRST + timedelta(DAYS):
        assert following > found[-1]
        found.append(following)
    return [each.date() for each in found[1:]]


def last(day: date) -> bool:
    return (day + timedelta(1)).month != day.month


def nearest(day: date, number: int) -> bool:
    month = [day.replace(day=1) + timedelta(n) for n in range(31)]
    month = [each for each in month if each.month == day.month]
    weekdays = [each for each in month if each.weekday() < 5]
    return number <= len(month) and day == min(weekdays, key=lambda each: abs(each.day - number))


def last_weekday(day: date) -> bool:
    rest = [day + timedelta(n) for n in range(1, 4)]
    return day.weekday() < 5 and all(each.month != day.month or each.weekday() >= 5 for each in rest)


def in_day_of_month(item: str, day: date) -> bool:
    if item == "*":
        return True
    if item in ("L", "LW"):
        return last(day) if item == "L" else last_weekday(day)
    if item.endswith("W"):
        return nearest(day, int(item[:-1]))
    first, _, end = item.partition("-")
    low, high = int(first), int(end or first)
    return low <= day.day <= high if low <= high else not high < day.day < low


def in_day_of_week(item: str, day: date) -> bool:
    if item == "*":
        return True
    if item.endswith("L"):
        return day.isoweekday() % 7 == int(item[0]) % 7 and (day + timedelta(7)).month != day.month
    if "#" in item:
        return day.isoweekday() % 7 == int(item[0]) % 7 and sum(d % 7 == 0 for d in range(day.day)) == int(item[2])
    start, steps = int(item[0]), (int(item[-1]) - int(item[0])) % 7
    return (day.isoweekday() - start) % 7 <= steps


days_of_month = st.one_of(
    st.sampled_from(["*", "L", "LW"]),
    st.integers(1, 31).map("{}W".format),
    st.integers(1, 31).map(str),
    st.tuples(st.integers(1, 31), st.integers(1, 31)).map("{0[0]}-{0[1]}".format),
)
days_of_week = st.one_of(
    st.just("*"),
    st.integers(0, 7).map(str),
    st.integers(0, 7).map("{}L".format),
    st.tuples(st.integers(0, 7), st.integers(1, 5)).map("{0[0]}#{0[1]}".format),
    st.tuples(st.integers(0, 6), st.integers(0, 6)).map("{0[0]}-{0[1]}".format),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, database=None)
@example(["1W", "30W", "31W"], ["*"])
@example(["LW"], ["*"])
@example(["1-7", "L"], ["1", "5L", "2#5"])
@given(st.lists(days_of_month, min_size=1, max_size=3), st.lists(days_of_week, min_size=1, max_size=2))
def test_both_day_fields_must_match(days: list[str], weekdays: list[str]) -> None:
    cron = f"0 0 {','.join(days)} * {','.join(weekdays)}"
    expected = [
        day
        for day in (FIRST + timedelta(n) for n in range(1, DAYS))
        if any(in_day_of_month(item, day) for item in days) and any(in_day_of_week(item, day) for item in weekdays)
    ]
    try:
        assert firing_days(cron) == expected
    except ValueError as error:
        assert "never comes" in str(error)
        assert not expected
