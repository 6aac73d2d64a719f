"""The product and the local cloud's scheduler, which shares no code with it, agree on when a schedule fires."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.jobs.expressions.expression import Expression
from local.schedules import expression as scheduler
from tests.unit.test_expressions_translation import day_lists, days_of_month, days_of_week, items, lists, parsed

ZONES = ["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
BEGIN = datetime(2027, 1, 1, tzinfo=UTC)


def promised(expression: Expression, zone: ZoneInfo, after: datetime | None) -> Iterator[datetime]:
    """What the product shows as its next times."""
    while after and (after := expression.next_after(after, zone, BEGIN)):
        yield after


def fired(expression: Expression, zone: ZoneInfo, after: datetime | None) -> Iterator[datetime]:
    """What Scheduler fires, without what dispatch drops."""
    held, clock = scheduler.parse(expression.aws or ""), ZoneInfo(expression.aws_timezone(zone))
    while after and (after := held.next_after(after, clock, BEGIN)):
        if expression.is_due_on(after, zone):
            yield after


@settings(max_examples=60, deadline=None)
@given(
    minute=lists(items(0, 60)),
    hour=lists(items(0, 24)),
    day=day_lists(days_of_month()),
    weekday=day_lists(days_of_week()),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    hours=st.integers(0, 2 * 365 * 24),
)
def test_scheduler_fires_when_the_product_says(
    minute: tuple[str, frozenset[int]],
    hour: tuple[str, frozenset[int]],
    day: tuple[str, object],
    weekday: tuple[str, object],
    zone: ZoneInfo,
    hours: int,
) -> None:
    expression, after = parsed(f"{minute[0]} {hour[0]} {day[0]} * {weekday[0]}"), BEGIN + timedelta(hours=hours)
    times = list(islice(promised(expression, zone, after), 8))
    assert times
    assert list(islice(fired(expression, zone, after), 8)) == times
