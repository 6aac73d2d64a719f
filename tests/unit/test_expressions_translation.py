"""Random Unix expressions and their translation, read by another reader: the same minutes, hours and days."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from functions.jobs.expressions.expression import Expression, parse
from tests.unit.aws_schedules import MONTHS, WEEKDAYS, AwsCron, read
from tests.unit.test_cron_days import in_day_of_month, in_day_of_week

FIRST, DAYS = date(2027, 1, 1), 2 * 365 + 1  # with a leap year
Numbers = frozenset[int]
Item = tuple[str, Numbers]
DayItem = tuple[str, Callable[[date], bool]]


def items(low: int, count: int, names: list[str] | None = None) -> st.SearchStrategy[Item]:
    """Items of a field, and the numbers that they mean: single ones, ranges that may wrap, steps."""
    every = st.sampled_from([("*", frozenset(range(low, low + count)))])
    some = st.integers(low, low + count - 1)
    step, named = st.integers(1, count), st.booleans()

    def text(number: int, by_name: bool) -> str:
        return names[number - low] if names and by_name else str(number)

    def single(first: int, by_name: bool) -> Item:
        return text(first, by_name), frozenset({first})

    def span(first: int, last: int, step: int, by_name: bool) -> Item:
        steps = range(0, (last - first) % count + 1, step)
        suffix = f"/{step}" if step > 1 else ""
        meant = frozenset((first + n - low) % count + low for n in steps)
        return f"{text(first, by_name)}-{text(last, by_name)}{suffix}", meant

    def on(first: int, step: int) -> Item:
        return f"{first}/{step}", frozenset(range(first, low + count, step))

    stars = step.map(lambda step: (f"*/{step}", frozenset(range(low, low + count, step))))
    spans = st.builds(span, some, some, st.just(1) | step, named)
    return st.one_of(every, st.builds(single, some, named), spans, stars, st.builds(on, some, step))


def lists(item: st.SearchStrategy[Item]) -> st.SearchStrategy[Item]:
    return st.lists(item, min_size=1, max_size=3).map(
        lambda found: (",".join(text for text, _ in found), frozenset().union(*(numbers for _, numbers in found)))
    )


def days_of_month() -> st.SearchStrategy[DayItem]:
    special = st.sampled_from(["L", "LW"]) | st.integers(1, 31).map("{}W".format)
    return st.one_of(
        items(1, 31).map(lambda item: (item[0], lambda day: day.day in item[1])),
        special.map(lambda text: (text, lambda day: in_day_of_month(text, day))),
    )


def days_of_week() -> st.SearchStrategy[DayItem]:
    special = st.builds("{}{}".format, st.integers(0, 7), st.sampled_from(["L", "#1", "#2", "#5"]))
    sundays = [("7", {0}), ("0-7", set(range(7))), ("0-SUN", set(range(7))), ("0-7/3", {0, 3, 6}), ("5-7", {5, 6, 0})]
    plain = items(0, 7, WEEKDAYS) | st.sampled_from([(text, frozenset(numbers)) for text, numbers in sundays])
    return st.one_of(
        plain.map(lambda item: (item[0], lambda day: day.isoweekday() % 7 in item[1])),
        special.map(lambda text: (text, lambda day: in_day_of_week(text, day))),
    )


def day_lists(item: st.SearchStrategy[DayItem]) -> st.SearchStrategy[DayItem]:
    return st.lists(item, min_size=1, max_size=2).map(
        lambda found: (",".join(text for text, _ in found), lambda day: any(is_on(day) for _, is_on in found))
    )


def parsed(text: str) -> Expression:
    """The expression, unless its date never comes or its months mislead."""
    try:
        return parse(text)
    except ValueError as refusal:
        assert "never comes" in str(refusal) or "alone" in str(refusal), refusal
        assume(False)
        raise


def fires(expression: Expression, aws: AwsCron, day: date) -> bool:
    midnight = datetime.combine(day, time(), UTC)
    return aws.fires_on(day) and expression.is_due_on(midnight, ZoneInfo("UTC"))


@settings(max_examples=120, deadline=None, database=None)
@given(lists(items(0, 60)), lists(items(0, 24)), lists(items(1, 12, MONTHS)))
@example(
    ("45-44", frozenset(range(60))), ("22-2,9", frozenset({22, 23, 0, 1, 2, 9})), ("NOV-FEB", frozenset({11, 12, 1, 2}))
)
@example(("59-57", frozenset(range(60)) - {58}), ("23-21", frozenset(range(24)) - {22}), ("*", frozenset(range(1, 13))))
def test_minutes_hours_and_months_are_the_same(minutes: Item, hours: Item, months: Item) -> None:
    aws = read(parsed(f"{minutes[0]} {hours[0]} * {months[0]} *").aws or "")
    assert (aws.minutes, aws.hours, aws.months) == (minutes[1], hours[1], months[1])


@pytest.mark.slow
@settings(max_examples=60, deadline=None, database=None)
@given(
    day_lists(days_of_month()) | st.just(("*", lambda day: True)),
    day_lists(days_of_week()) | st.just(("*", lambda day: True)),
    st.just(("*", frozenset(range(1, 13)))) | lists(items(1, 12, MONTHS)),
    st.sampled_from([("", {2027, 2028}), (" 2028", {2028}), (" 2027-2030/2", {2027}), (" 2020,2028-2040", {2028})]),
)
def test_days_are_the_same(days: DayItem, weekdays: DayItem, months: Item, years: tuple[str, set[int]]) -> None:
    expression = parsed(f"0 0 {days[0]} {months[0]} {weekdays[0]}{years[0]}")
    aws = read(expression.aws or "")
    for day in (FIRST + timedelta(n) for n in range(DAYS)):
        expected = day.year in years[1] and day.month in months[1] and days[1](day) and weekdays[1](day)
        assert fires(expression, aws, day) == expected, f"{expression.aws} on {day:%a %d %b %Y}"
