"""When cron expressions fire around a change of the clocks, against a matcher that goes minute by minute."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
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
]
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


times = given(
    change=st.sampled_from(CHANGES),
    minutes=some(59, 4),
    hours=some(23, 6) | st.lists(st.integers(0, 4), min_size=1, unique=True),
    weekdays=st.just(list(range(7))) | some(6, 3),
    before=st.integers(0, 26 * 60 * 60),
)
bounded = settings(max_examples=60, deadline=None, database=None)


@bounded
@times
@example(change=CHANGES[0], minutes=[30], hours=[2], weekdays=[0], before=86400)
@example(change=CHANGES[1], minutes=[0, 30], hours=[2, 3], weekdays=[0], before=0)
@example(change=CHANGES[4], minutes=[29, 30, 45], hours=[1, 2], weekdays=[0], before=900)
def test_named_times_fire_once_and_not_when_skipped(
    change: tuple[str, datetime], minutes: Numbers, hours: Numbers, weekdays: Numbers, before: int
) -> None:
    zone, begin, end = ZoneInfo(change[0]), change[1] - timedelta(seconds=before), change[1] + timedelta(hours=30)
    text = f"{spelled(minutes)} {spelled(hours)} * * {spelled(weekdays)}"
    expected = brute_force(minutes, hours, weekdays, begin, end, zone, twice=False)
    assert list(firings(text, zone, begin, end)) == list(expected)


@bounded
@times
@example(change=CHANGES[1], minutes=[0], hours=[0], weekdays=[0], before=1800)
@example(change=CHANGES[1], minutes=[59], hours=[0], weekdays=[0, 1], before=60)
@example(change=CHANGES[4], minutes=[15, 45], hours=[0], weekdays=[0], before=1)
def test_hourly_expressions_fire_by_elapsed_time(
    change: tuple[str, datetime], minutes: Numbers, hours: Numbers, weekdays: Numbers, before: int
) -> None:
    zone, begin, end = ZoneInfo(change[0]), change[1] - timedelta(seconds=before), change[1] + timedelta(hours=30)
    expected = brute_force(minutes, list(range(24)), weekdays, begin, end, zone, twice=True)
    assert list(firings(f"{spelled(minutes)} * * * {spelled(weekdays)}", zone, begin, end)) == list(expected)


@settings(max_examples=40, deadline=None, database=None)
@given(change=st.sampled_from(CHANGES), step=st.integers(1, 30), hour=st.integers(0, 4), before=st.integers(0, 7200))
@example(change=CHANGES[1], step=20, hour=2, before=0)
def test_steps_of_minutes_fire_by_elapsed_time(change: tuple[str, datetime], step: int, hour: int, before: int) -> None:
    zone, begin, end = ZoneInfo(change[0]), change[1] - timedelta(seconds=before), change[1] + timedelta(hours=3)
    expected = brute_force(list(range(0, 60, step)), [hour], list(range(7)), begin, end, zone, twice=True)
    assert list(firings(f"*/{step} {hour} * * *", zone, begin, end)) == list(expected)
