"""When cron expressions fire around a change of the clocks, against a matcher that goes minute by minute."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from functions.jobs.cron.expression import Cron

MINUTE = timedelta(minutes=1)
CHANGES = [  # zone, about when in UTC
    ("Europe/Rome", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Rome", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),  # by half an hour
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 9, 24, 14, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # the 30th was left out
    ("Pacific/Apia", datetime(2012, 3, 31, 14, tzinfo=UTC)),
    ("Pacific/Fiji", datetime(2019, 1, 12, 14, tzinfo=UTC)),
]
BROKEN_HOURS = ("Australia/Lord_Howe",)
EVERY_HOUR, EVERY_DAY = list(range(24)), list(range(7))
Numbers = list[int]


def brute_force(
    minutes: Numbers, hours: Numbers, weekdays: Numbers, begin: datetime, end: datetime, zone: ZoneInfo, *, twice: bool
) -> Iterator[datetime]:
    moment = begin.replace(second=0, microsecond=0) + MINUTE
    while moment <= end:
        local = moment.astimezone(zone)
        named = local.minute in minutes and local.hour in hours and local.isoweekday() % 7 in weekdays
        if named and (twice or local.fold == 0):
            yield moment
        moment += MINUTE


def firings(text: str, zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    cron = Cron.parse(text)
    while (following := cron.next_after(begin, zone)) and following <= end:
        assert following > begin
        begin = following
        yield following


def spelled(numbers: Numbers) -> str:
    return ",".join(map(str, numbers))


def some(high: int, most: int) -> st.SearchStrategy[Numbers]:
    return st.lists(st.integers(0, high), min_size=1, max_size=most, unique=True)


minutes = some(59, 4).map(lambda numbers: (spelled(numbers), numbers)) | st.integers(1, 30).map(
    lambda step: (f"*/{step}", list(range(0, 60, step)))
)
hours = st.one_of(some(23, 6), st.lists(st.integers(0, 4), min_size=1, unique=True), st.just(EVERY_HOUR))
weekdays = st.just(EVERY_DAY) | some(6, 3)
changes = st.sampled_from(CHANGES)
bounded = settings(max_examples=60, deadline=None, database=None)


def around(change: tuple[str, datetime], before: int, hours: int) -> tuple[ZoneInfo, datetime, datetime]:
    return ZoneInfo(change[0]), change[1] - timedelta(seconds=before), change[1] + timedelta(hours=hours)


@bounded
@given(change=changes, minutes=minutes, before=st.integers(0, 3 * 60 * 60))
@example(change=CHANGES[1], minutes=("0", [0]), before=1800)
@example(change=CHANGES[1], minutes=("59", [59]), before=60)
@example(change=CHANGES[4], minutes=("*", list(range(60))), before=3600)
@example(change=CHANGES[4], minutes=("15,45", [15, 45]), before=1)
@example(change=CHANGES[9], minutes=("*", list(range(60))), before=3600)
def test_every_hour_of_every_day_is_elapsed_time_unless_the_zone_has_broken_hours(
    change: tuple[str, datetime], minutes: tuple[str, Numbers], before: int
) -> None:
    zone, begin, end = around(change, before, 4)
    twice = len(minutes[1]) == 60 or zone.key not in BROKEN_HOURS
    expected = brute_force(minutes[1], EVERY_HOUR, EVERY_DAY, begin, end, zone, twice=twice)
    assert list(firings(f"{minutes[0]} * * * *", zone, begin, end)) == list(expected)


@bounded
@given(change=changes, minutes=minutes, hours=hours, weekdays=weekdays, before=st.integers(0, 26 * 60 * 60))
@example(change=CHANGES[0], minutes=("30", [30]), hours=[2], weekdays=[0], before=86400)
@example(change=CHANGES[1], minutes=("0,30", [0, 30]), hours=[2, 3], weekdays=[0], before=0)
@example(change=CHANGES[1], minutes=("*/20", [0, 20, 40]), hours=[2], weekdays=EVERY_DAY, before=3601)
@example(change=CHANGES[1], minutes=("0", [0]), hours=EVERY_HOUR, weekdays=[0], before=3601)
@example(change=CHANGES[4], minutes=("29,30,45", [29, 30, 45]), hours=[1, 2], weekdays=[0], before=900)
def test_what_names_an_hour_or_a_day_fires_once_and_not_when_skipped(
    change: tuple[str, datetime], minutes: tuple[str, Numbers], hours: Numbers, weekdays: Numbers, before: int
) -> None:
    assume(hours != EVERY_HOUR or weekdays != EVERY_DAY)
    zone, begin, end = around(change, before, 30)
    text = f"{minutes[0]} {spelled(hours)} * * {spelled(weekdays)}"
    expected = brute_force(minutes[1], hours, weekdays, begin, end, zone, twice=False)
    assert list(firings(text, zone, begin, end)) == list(expected)
