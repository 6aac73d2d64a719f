"""When a schedule fires, within its limits."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from functions.jobs.expressions.expression import anchored, firings, is_due, latest_start, next_firing
from functions.jobs.model.schedule import Schedule
from tests.aws.conftest import NIGHTLY

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def schedule(expression: str, **more: Any) -> Schedule:
    """A schedule that counts from NOW."""
    return cast("Schedule", {**NIGHTLY, "timezone": "UTC", "expression": expression, "anchor": NOW.isoformat(), **more})


@pytest.mark.parametrize("expression", ["rate(90 minutes)", "@every 1h30m"])
def test_an_interval_counts_from_its_anchor(expression: str) -> None:
    every = schedule(expression)
    assert firings(every, NOW, 2) == [NOW + 90 * MINUTE, NOW + 180 * MINUTE]
    assert next_firing(every, NOW + 91 * MINUTE) == NOW + 180 * MINUTE


def test_an_interval_with_a_start_fires_first_then() -> None:
    starts = NOW + 7 * MINUTE
    assert firings(schedule("rate(5 minutes)", startsAt=starts.isoformat()), NOW, 2) == [starts, starts + 5 * MINUTE]


def test_nothing_fires_before_the_start_nor_from_the_end_on() -> None:
    starts, ends = datetime(2026, 1, 4, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)
    daily = schedule("@daily", startsAt=starts.isoformat(), endsAt=ends.isoformat())
    assert firings(daily, NOW, 10) == [starts, starts + timedelta(days=1)]
    days = [starts + timedelta(days=day) for day in (-1, 0, 1, 2)]
    assert [is_due(daily, day) for day in days] == [False, True, True, False]


def test_none_and_what_is_over_never_fire() -> None:
    for expression in ("none", "at(2020-01-01T00:00:00)", "cron(0 12 L * ? 2021)"):
        assert next_firing(schedule(expression), NOW) is None


def test_a_firing_is_due_on_the_days_that_the_expression_names_if_enabled() -> None:
    first_monday = schedule("0 9 1-7 * 1")
    monday = datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert is_due(first_monday, monday)
    assert not is_due(first_monday, monday + timedelta(days=7)), "a Monday, which Scheduler fires on"
    assert not is_due(schedule("0 9 1-7 * 1", enabled=False), monday)


def test_the_deadline_counts_from_the_end_of_the_flexible_window() -> None:
    assert latest_start(schedule("@daily"), NOW) == NOW + 15 * MINUTE
    assert latest_start(schedule("@daily", jitterSeconds=61), NOW) == NOW + 17 * MINUTE


def test_the_anchor_stays_as_long_as_the_expression_does() -> None:
    later = NOW + MINUTE
    first = anchored(schedule("@every 5m", anchor=None), None, NOW)
    assert anchored(schedule("@every 5m", anchor=None, enabled=False), first, later)["anchor"] == first["anchor"]
    assert anchored(schedule("@every 6m", anchor=None), first, later)["anchor"] != first["anchor"]
    hours = anchored(schedule("rate(5 hour)", anchor=None), None, NOW)
    shown = schedule("rate(5 hours)", anchor=None)
    assert anchored(shown, hours, later)["anchor"] == hours["anchor"], "as the answer showed it"
