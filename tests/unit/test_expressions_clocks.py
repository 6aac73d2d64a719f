"""What Scheduler is given, by the clocks that it is given: it fires when the product says, also when clocks change."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.jobs.expressions.expression import Expression, parse
from tests.unit.aws_schedules import AwsCron, read
from tests.unit.test_cron_clock_changes import CHANGES

MINUTE = timedelta(minutes=1)
minutes = st.sampled_from(["*", "*/5", "0", "15,45", "0-59", "59-57", "3/20"])
hours = st.sampled_from(["*", "*/2", "1-3", "0-23", "23-1", "2"])
days = st.sampled_from(["*", "1-31", "*/2", "1,L", "1-7", "4,25"])
months = st.sampled_from(["*", "1-12", "MAR,APR,SEP-DEC", "*/2"])
weekdays = st.sampled_from(["*", "0-7", "1-5", "SUN", "0#1", "?"])
unix = st.tuples(minutes, hours, days, months, weekdays).map(" ".join)
texts = unix | minutes.map("{} * * * *".format) | st.just("@hourly") | minutes.map("cron({} * * * ? *)".format)


@pytest.mark.parametrize("text", ["* * * * *", "*/5 * * * *", "0 * * * *", "15,45 * * * *", "@hourly", "7 0-23 ? * ?"])
def test_elapsed_time_is_given_in_utc(text: str) -> None:
    assert parse(text).aws_timezone(ZoneInfo("Europe/Rome")) == "UTC"
    assert parse(text).aws_timezone(ZoneInfo("Etc/GMT+5")) == "UTC"


@pytest.mark.parametrize("zone", ["Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns"])
def test_broken_hours_keep_their_zone_unless_every_minute_is_meant(zone: str) -> None:
    assert parse("0 * * * *").aws_timezone(ZoneInfo(zone)) == zone
    assert parse("* * * * *").aws_timezone(ZoneInfo(zone)) == "UTC"


@pytest.mark.parametrize(
    "text",
    [
        "*/5 2 * * *",
        "0 * * * 1-5",
        "0 * 1 * *",
        "0 * * 2 *",
        "* * * * * 2030",
        "* 1-23 * * *",
        "@daily",
        "cron(0 * ? * 2-6 *)",
        "rate(5 minutes)",
        "@every 1h",
        "at(2027-01-31T09:00:00)",
        "none",
    ],
)
def test_all_else_keeps_its_zone(text: str) -> None:
    assert parse(text).aws_timezone(ZoneInfo("Europe/Rome")) == "Europe/Rome"


def scheduler_fires(expression: Expression, aws: AwsCron, zone: ZoneInfo, moment: datetime) -> bool:
    """Whether Scheduler does at this minute, of two equal local times at the first, and dispatch then starts a run."""
    local = moment.astimezone(ZoneInfo(expression.aws_timezone(zone)))
    named = local.minute in aws.minutes and local.hour in aws.hours and aws.fires_on(local.date())
    return local.fold == 0 and named and expression.is_due_on(moment, zone)


@pytest.mark.slow
@settings(max_examples=80, deadline=None, database=None)
@given(change=st.sampled_from(CHANGES), text=texts, before=st.integers(0, 4 * 60))
@example(change=CHANGES[1], text="0 * * * *", before=60)
@example(change=CHANGES[1], text="*/5 2 * * *", before=60)
@example(change=CHANGES[1], text="0 * 25 * 0", before=60)
@example(change=CHANGES[4], text="15,45 * * * *", before=60)
@example(change=CHANGES[4], text="* * * * *", before=60)
@example(change=CHANGES[7], text="0 * * * *", before=60)
def test_scheduler_fires_when_the_product_says(change: tuple[str, datetime], text: str, before: int) -> None:
    zone, begin = ZoneInfo(change[0]), change[1] - before * MINUTE
    expression, end = parse(text), change[1] + timedelta(hours=4)
    aws, shown, moment = read(expression.aws or ""), set[datetime](), begin
    while (following := expression.next_after(moment, zone, begin)) and following <= end:
        moment = following
        shown.add(moment)
    every_minute = (begin + n * MINUTE for n in range(1, (end - begin) // MINUTE + 1))
    assert shown == {each for each in every_minute if scheduler_fires(expression, aws, zone, each)}
