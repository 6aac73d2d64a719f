"""When cron expressions fire around changes of the clocks, example by example."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from functions.jobs.cron.expression import Cron


@pytest.mark.parametrize(
    ("text", "zone", "after", "expected"),
    [
        # asserted upstream
        ("55 23 * * *", "Europe/Rome", "2019-03-30T22:55", ["2019-03-31T21:55"]),
        ("* * * * *", "Pacific/Fiji", "2019-01-12T14:00", ["2019-01-12T14:01"]),
        # 2:30 is skipped on 29 March, 2:30 is doubled on 25 October
        ("30 2 * * *", "Europe/Rome", "2026-03-28T00:00", ["2026-03-28T01:30", "2026-03-30T00:30"]),
        ("30 2 * * *", "Europe/Rome", "2026-10-25T00:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        ("0 */2 * * *", "Europe/Rome", "2026-10-24T23:00", ["2026-10-25T00:00", "2026-10-25T03:00"]),
        ("0 * * * *", "Europe/Rome", "2026-10-24T23:30", ["2026-10-25T00:00", "2026-10-25T01:00", "2026-10-25T02:00"]),
        ("0 0-23 * * *", "Europe/Rome", "2026-10-25T00:00", ["2026-10-25T01:00", "2026-10-25T02:00"]),
        ("0 * * * * 1970-2199", "Europe/Rome", "2026-10-25T00:00", ["2026-10-25T01:00", "2026-10-25T02:00"]),
        # an hour, a day, a month or a year is named: once
        ("*/30 2 * * *", "Europe/Rome", "2026-10-25T00:00", ["2026-10-25T00:30", "2026-10-26T01:00"]),
        ("0 * * * 0-5", "Europe/Rome", "2026-10-24T23:30", ["2026-10-25T00:00", "2026-10-25T02:00"]),
        ("0 * 1-30 * *", "Europe/Rome", "2026-10-25T00:00", ["2026-10-25T02:00"]),
        ("0 * * 2-12 *", "Europe/Rome", "2026-10-25T00:00", ["2026-10-25T02:00"]),
        ("0 * * * * 2026", "Europe/Rome", "2026-10-25T00:00", ["2026-10-25T02:00"]),
        ("0 1-23 * * *", "Europe/Rome", "2026-10-25T00:00", ["2026-10-25T02:00"]),
        # offsets that are no whole hours
        ("*/30 * * * *", "Australia/Lord_Howe", "2026-04-04T14:30", ["2026-04-04T15:30", "2026-04-04T16:00"]),
        ("0-59 * * * *", "Australia/Lord_Howe", "2026-04-04T15:00", ["2026-04-04T15:01", "2026-04-04T15:02"]),
        ("0 * * * *", "Asia/Kolkata", "2026-04-04T15:00", ["2026-04-04T15:30", "2026-04-04T16:30"]),
        ("0 12 30 12 *", "Pacific/Apia", "2010-12-31T00:00", ["2012-12-29T22:00"]),
    ],
)
def test_firings_in_utc(text: str, zone: str, after: str, expected: list[str]) -> None:
    found, moment = [], datetime.fromisoformat(after).replace(tzinfo=UTC)
    for _ in expected:
        following = Cron.parse(text).next_after(moment, ZoneInfo(zone))
        assert following is not None
        moment = following
        found.append(f"{moment:%Y-%m-%dT%H:%M}")
        assert (moment.tzinfo, moment.second, moment.microsecond) == (UTC, 0, 0)
    assert found == expected


def test_a_time_that_is_always_skipped_has_no_firing() -> None:
    last_sunday_of_march = Cron.parse("30 2 25-31 3 0")
    assert last_sunday_of_march.next_after(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("Europe/Rome")) is None
