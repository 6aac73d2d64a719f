"""When cron expressions fire in UTC, which has no clock changes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from functions.jobs.cron.expression import Cron

ZONE = ZoneInfo("UTC")


def firings(text: str, after: str, count: int) -> list[str]:
    cron, moment = Cron.parse(text), datetime.fromisoformat(after).replace(tzinfo=UTC)
    found: list[str] = []
    while len(found) < count and (following := cron.next_after(moment, ZONE)):
        moment = following
        found.append(f"{moment:%Y-%m-%dT%H:%M}")
    return found


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        # from upstream's CronSpecFormatTest
        ("0 9 1-7 * 1", "2017-10-02T10:00", "2017-11-06T09:00"),
        ("0 9 1-7 * 1-5", "2017-10-02T10:00", "2017-10-03T09:00"),
        ("0 9 1-7 * 6-7", "2017-10-02T10:00", "2017-10-07T09:00"),
        ("0 9 8-14 * 1-5", "2017-10-02T10:00", "2017-10-09T09:00"),
        ("0 9 22-28 * 6-7", "2017-10-02T10:00", "2017-10-22T09:00"),
        ("* * * * 3", "2017-10-02T10:00", "2017-10-04T00:00"),
        ("* * */1 * 3", "2017-10-02T10:00", "2017-10-04T00:00"),
        ("* * * * 1", "2018-12-26T00:00", "2018-12-31T00:00"),
        ("0 0 20-31 2 *", "2017-10-02T10:00", "2018-02-20T00:00"),
        # the first after the moment, not at it
        ("0 9 * * *", "2026-01-01T09:00", "2026-01-02T09:00"),
        ("0 9 * * *", "2026-01-01T08:59:59.999999", "2026-01-01T09:00"),
        # rare dates, across 2100, which is no leap year
        ("0 0 29 2 1", "2072-03-01T00:00", "2112-02-29T00:00"),
        ("0 0 29 2 * 2096", "2026-01-01T00:00", "2096-02-29T00:00"),
        ("0 0 1 1 * 2199", "2026-01-01T00:00", "2199-01-01T00:00"),
        ("5/20 22-1 * * *", "2026-01-01T00:45", "2026-01-01T01:05"),
        ("0 22-6/4 * * *", "2026-01-01T02:00", "2026-01-01T06:00"),
    ],
)
def test_the_next_firing(text: str, after: str, expected: str) -> None:
    assert firings(text, after, 1) == [expected]


def test_a_year_that_is_over_is_taken_and_has_no_firing() -> None:
    assert firings("0 12 L * * 2021", "2026-01-01", 1) == []
    assert firings("0 0 1 1,7 * 2026-2028/2", "2026-02-01", 9) == [
        "2026-07-01T00:00",
        "2028-01-01T00:00",
        "2028-07-01T00:00",
    ]


def test_the_end_of_the_years_is_the_end_of_the_firings() -> None:
    assert firings("0 0 31 12 *", "2198-06-01", 9) == ["2198-12-31T00:00", "2199-12-31T00:00"]
