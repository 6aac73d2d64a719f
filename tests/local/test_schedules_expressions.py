"""AWS's expressions: which minutes they mean, across changes of the clocks, and which are refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from local.schedules.expression import Cron, parse
from tests.local.schedule_rig import utc

EXPRESSIONS = [
    "cron(* * * * ? *)",
    "cron(30 2 * * ? *)",
    "cron(0/20 1-3 ? * SUN *)",
    "cron(*/7 * L * ? *)",
    "cron(5,35 0,2,23 25-31 MAR,OCT ? 2026-2027)",
    "cron(15 2 ? * 1L *)",
]
# Clocks go forward and back; the second zone does so by half an hour, the third skipped a whole day.
CHANGES = [
    ("Europe/Rome", "2026-03-28T12:00"),
    ("Europe/Rome", "2026-10-24T12:00"),
    ("America/New_York", "2026-03-07T12:00"),
    ("Australia/Lord_Howe", "2026-10-03T06:00"),
    ("Australia/Lord_Howe", "2026-04-04T06:00"),
    ("Pacific/Apia", "2011-12-29T12:00"),
]


def brute(cron: Cron, zone: ZoneInfo, begin: datetime, minutes: int) -> list[datetime]:
    """Every minute whose local time matches, but not a local time's second coming."""
    moments = [begin + timedelta(minutes=number) for number in range(1, minutes + 1)]
    locals_ = [(moment, moment.astimezone(zone)) for moment in moments]
    return [moment for moment, local in locals_ if not local.fold and cron.matches(local.replace(tzinfo=None))]


@pytest.mark.parametrize(("name", "begin"), CHANGES)
@pytest.mark.parametrize("text", EXPRESSIONS)
def test_firings_are_the_minutes_that_match(text: str, name: str, begin: str) -> None:
    zone, moment, cron = ZoneInfo(name), utc(begin), parse(text)
    assert isinstance(cron, Cron)
    expected = brute(cron, zone, moment, minutes=36 * 60)
    found = []
    end = moment + timedelta(hours=36)
    while (following := cron.next_after(moment, zone, moment)) and following <= end:
        moment = following
        found.append(moment)
    assert found == expected


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("cron(0 0 L * ? *)", ["2026-01-31", "2026-02-28"]),
        ("cron(0 0 LW * ? *)", ["2026-01-30", "2026-02-27"]),
        ("cron(0 0 1W * ? *)", ["2026-02-02", "2026-03-02"]),
        ("cron(0 0 15W * ? *)", ["2026-01-15", "2026-02-16"]),
        ("cron(0 0 31W * ? *)", ["2026-01-30", "2026-03-31"]),
        ("cron(0 0 ? * 6#3 *)", ["2026-01-16", "2026-02-20"]),
        ("cron(0 0 ? * 6#5 *)", ["2026-01-30", "2026-05-29"]),
        ("cron(0 0 ? * 2L *)", ["2026-01-26", "2026-02-23"]),
        ("cron(0 0 ? * L *)", ["2026-01-10", "2026-01-17"]),
        ("cron(0 0 29 2 ? *)", ["2028-02-29", "2032-02-29"]),
        ("cron(0 0 1 1/4 ? 2027-2199/2)", ["2027-01-01", "2027-05-01"]),
        ("cron(0 0 ? * MON-FRI *)", ["2026-01-06", "2026-01-07"]),
    ],
)
def test_days(text: str, days: list[str]) -> None:
    expression, moment = parse(text), utc("2026-01-05T00:00")
    found: list[str] = []
    while len(found) < len(days):
        following = expression.next_after(moment, ZoneInfo("UTC"), moment)
        assert following
        moment = following
        found.append(moment.date().isoformat())
    assert found == days


@pytest.mark.parametrize("text", ["cron(0 0 30 2 ? *)", "cron(0 0 1 1 ? 2025)", "at(2026-01-01T00:00:00)"])
def test_what_never_comes_never_fires(text: str) -> None:
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    assert parse(text).next_after(moment, ZoneInfo("UTC"), moment) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "none",
        "0 9 * * ? *",
        "cron(0 9 * * *)",
        "cron(0 9 * * * *)",
        "cron(0 9 ? * ? *)",
        "cron(0 9 1 * MON *)",
        "cron(60 9 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 0 0 * ? *)",
        "cron(0 0 32 * ? *)",
        "cron(0 0 1 13 ? *)",
        "cron(0 0 ? * 0 *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * 2/2 *)",
        "cron(0 0 ? * FRI-MON *)",
        "cron(0 0 ? * 3#1,6#3 *)",
        "cron(0 0 ? * 3#6 *)",
        "cron(0 0 L,15 * ? *)",
        "cron(0/0 0 * * ? *)",
        "cron(0 0 * * ? 1969)",
        "cron(0 0 * * ? 2200)",
        "cron(0 9 * * ? *) ",
        "cron(0 0 * FOO ? *)",
        "rate(0 minutes)",
        "rate(5 minute)",
        "rate(30 seconds)",
        "rate(1.5 hours)",
        "rate(5  minutes)",
        "at(2026-01-01)",
        "at(2026-01-01T00:00)",
        "at(2026-02-30T00:00:00)",
        "at(2026-01-01T00:00:00Z)",
    ],
)
def test_what_scheduler_refuses(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


@pytest.mark.parametrize(
    "text",
    ["rate(1 minute)", "rate(99999999 days)", "rate(1 minutes)", "rate(36 hours)", "cron(0-15/1 8-8 ? * 2,3,7 *)"],
)
def test_what_scheduler_takes(text: str) -> None:
    assert parse(text)
