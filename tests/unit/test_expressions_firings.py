"""When expressions fire, and on which days they are due, with the clocks of a zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.jobs.expressions.expression import parse
from tests.unit.test_cron_clock_changes import CHANGES

ROME = ZoneInfo("Europe/Rome")
ANCHOR = datetime(2026, 3, 28, 12, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
bounded = settings(max_examples=60, deadline=None, database=None)
changes = st.sampled_from(CHANGES)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("30 2 * * *", "2026-03-28T00:00", "2026-03-28T01:30"),
        ("@daily", "2026-03-29T12:00", "2026-03-29T22:00"),
        ("cron(0 9 ? * 2 *)", "2026-03-29T12:00", "2026-03-30T07:00"),
        ("cron(0 9 ? * 3#1 *)", "2026-03-29T12:00", "2026-04-07T07:00"),
        ("cron(0 9 ? * L *)", "2026-03-29T12:00", "2026-04-04T07:00"),
        ("cron(0 12 L * ? 2021)", "2026-03-29T12:00", None),
        ("at(2026-10-25T02:30:00)", "2026-03-29T12:00", "2026-10-25T00:30"),
        ("at(2026-10-25T02:30:00)", "2026-10-25T00:30", None),
        ("at(2026-03-29T02:30:00)", "2026-03-01T00:00", None),
        ("rate(1 day)", "2026-03-01T00:00", "2026-03-29T12:00:30"),
        ("rate(1 day)", "2026-03-28T12:00:30", "2026-03-29T12:00:30"),
        ("rate(1 day)", "2026-03-29T12:00:30", "2026-03-30T12:00:30"),
        ("@every 90m", "2026-03-28T13:30:29", "2026-03-28T13:30:30"),
        ("none", "2026-03-28T13:30:29", None),
    ],
)
def test_the_next_firing_in_rome(text: str, after: str, expected: str | None) -> None:
    assert parse(text).next_after(utc(after), ROME, ANCHOR) == (utc(expected) if expected else None)


def test_an_interval_that_ends_beyond_all_dates_does_not_fire() -> None:
    assert parse("rate(36500 days)").next_after(utc("9990-01-01"), ROME, utc("9990-01-01")) is None


@pytest.mark.slow
@bounded
@given(change=changes, minutes=st.integers(-1600, 1600))
@example(change=CHANGES[0], minutes=30)
@example(change=CHANGES[1], minutes=-30)
@example(change=CHANGES[4], minutes=-15)  # half an hour is doubled
@example(change=CHANGES[7], minutes=60)  # in the day that was left out
def test_a_single_time_fires_at_the_first_minute_that_the_clocks_show_it(
    change: tuple[str, datetime], minutes: int
) -> None:
    zone, begin = ZoneInfo(change[0]), change[1] - timedelta(days=3)
    local = (change[1].astimezone(zone) if minutes < 0 else begin.astimezone(zone) + timedelta(days=3)).replace(
        tzinfo=None
    )
    expression = parse(f"at({(local + minutes * MINUTE).isoformat()})")
    moments = (begin + n * MINUTE for n in range(6 * 24 * 60))
    shown = [each for each in moments if each.astimezone(zone).replace(tzinfo=None) == local + minutes * MINUTE]
    assert expression.next_after(begin - MINUTE, zone, begin) == (shown[0] if shown else None)
    if shown:
        expression.check(zone)
    else:
        with pytest.raises(ValueError, match=f"the clocks of {zone.key} skip .*: use another time"):
            expression.check(zone)


@bounded
@given(change=changes, interval=st.integers(1, 3000), before=st.integers(0, 10**5), since=st.integers(0, 10**6))
def test_an_interval_is_elapsed_time(change: tuple[str, datetime], interval: int, before: int, since: int) -> None:
    zone, anchor = ZoneInfo(change[0]), change[1] - timedelta(seconds=before)
    expression, moment = parse(f"rate({interval} minutes)"), anchor + timedelta(seconds=since)
    following = expression.next_after(moment, zone, anchor)
    assert expression.is_rate
    assert following is not None
    assert following - interval * MINUTE <= moment < following
    assert (following - anchor) % (interval * MINUTE) == timedelta()


@pytest.mark.parametrize("text", ["0 9 13 * 5", "0 9 13 * 5 2026"])
def test_a_firing_is_due_on_the_days_that_are_meant(text: str) -> None:
    expression = parse(text)
    due = [day for day in range(1, 29) if expression.is_due_on(datetime(2026, 2, day, 8, tzinfo=UTC), ROME)]
    assert due == [13]
    assert not expression.is_due_on(utc("2026-01-13T08:00"), ROME), "a Tuesday"


def test_the_day_is_the_zones() -> None:
    assert parse("30 0 1 * 0").is_due_on(utc("2026-01-31T23:30"), ROME)
    assert not parse("30 0 1 * 0").is_due_on(utc("2026-01-31T23:30"), ZoneInfo("UTC"))


@pytest.mark.parametrize("text", ["rate(5 minutes)", "@every 5m", "at(2027-01-31T09:00:00)", "none", "* * * * *"])
def test_what_names_no_days_is_due_on_all(text: str) -> None:
    assert parse(text).is_due_on(ANCHOR, ROME)
