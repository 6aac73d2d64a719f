"""Schedules in EventBridge Scheduler."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from functions.aws import clients
from functions.aws.eventbridge.scheduler import EventBridgeScheduler, schedule_name
from functions.jobs.model.schedule import Schedule
from functions.settings import ScheduleSettings
from tests.aws.conftest import NIGHTLY, NOW

GROUP = "shiftwork-test"
FUTURE = datetime(2096, 2, 1, tzinfo=UTC)  # Scheduler refuses a start in the past


@pytest.fixture
def scheduler(aws: None) -> EventBridgeScheduler:
    """The adapter, on a Scheduler without schedules."""
    return EventBridgeScheduler(clients.scheduler, ScheduleSettings.from_env())


def held(name: str = "team.job_nightly") -> dict[str, Any]:
    return dict(clients.scheduler().get_schedule(GroupName=GROUP, Name=name))


def changed(**changes: Any) -> Schedule:
    return cast("Schedule", {**NIGHTLY, **changes})


def test_scheduler_has_all_of_a_schedule(scheduler: EventBridgeScheduler) -> None:
    scheduler.put("team.job", NIGHTLY, NOW)
    schedule = held()
    wanted = {
        "GroupName": GROUP,
        "Name": "team.job_nightly",
        "ScheduleExpression": "cron(0 3 * * ? *)",
        "ScheduleExpressionTimezone": "Europe/Rome",
        "State": "ENABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
    }
    assert schedule | wanted == schedule
    assert schedule["Target"]["RetryPolicy"] == {"MaximumEventAgeInSeconds": 900, "MaximumRetryAttempts": 185}
    assert schedule["Target"]["DeadLetterConfig"]["Arn"].endswith(":missed")
    firing = {"jobId": "team.job", "scheduleId": "nightly", "scheduledTime": "<aws.scheduler.scheduled-time>"}
    assert json.loads(schedule["Target"]["Input"]) == firing


def test_an_expression_without_clock_times_is_in_utc_where_no_hour_repeats(scheduler: EventBridgeScheduler) -> None:
    scheduler.put("team.job", changed(cron="*/5 * * * *"), NOW)
    assert held()["ScheduleExpressionTimezone"] == "UTC"


def test_putting_and_deleting_may_be_repeated(scheduler: EventBridgeScheduler) -> None:
    scheduler.delete("team.job", "nightly")
    for state in (True, False, False):
        scheduler.put("team.job", changed(enabled=state), NOW)
    assert held()["State"] == "DISABLED"
    for _ in range(2):
        scheduler.delete("team.job", "nightly")
    assert clients.scheduler().list_schedules(GroupName=GROUP)["Schedules"] == []


def test_the_later_of_two_writers_at_once_overwrites(scheduler: EventBridgeScheduler) -> None:
    others = [changed(enabled=False)]

    def meanwhile(**_: Any) -> None:
        if others:
            scheduler.put("team.job", others.pop(), NOW)

    clients.scheduler().meta.events.register("before-call.scheduler.CreateSchedule", meanwhile)
    scheduler.put("team.job", NIGHTLY, NOW)
    assert held()["State"] == "ENABLED"


def test_an_interval_begins_with_its_first_firing_and_keeps_its_rhythm(scheduler: EventBridgeScheduler) -> None:
    rate = changed(expression="@every 90m", anchor=FUTURE.isoformat())
    later = FUTURE + timedelta(minutes=100)
    for now, first in ((FUTURE, FUTURE + timedelta(minutes=90)), (later, FUTURE + timedelta(minutes=180))):
        scheduler.put("team.job", rate, now)
        assert held()["StartDate"] == first, "without a start date it would fire at once"


@pytest.mark.parametrize(("jitter", "minutes"), [(1, 1), (60, 1), (61, 2), (86400, 1440)])
def test_jitter_is_a_flexible_window_in_whole_minutes(
    scheduler: EventBridgeScheduler, jitter: int, minutes: int
) -> None:
    scheduler.put("team.job", changed(jitterSeconds=jitter), NOW)
    assert held()["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes}


def test_a_start_is_sent_while_it_is_in_the_future(scheduler: EventBridgeScheduler) -> None:
    starts, ends = FUTURE, FUTURE + timedelta(days=28)
    limited = changed(startsAt=starts.isoformat(), endsAt=ends.isoformat(), startingDeadlineSeconds=200_000)
    scheduler.put("team.job", limited, NOW)
    assert (held()["StartDate"], held()["EndDate"]) == (starts, ends)
    assert held()["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] == 86_400, "Scheduler's limit"
    scheduler.put("team.job", limited, starts)
    assert "StartDate" not in held()


def test_a_long_name_is_cut_and_stays_unique() -> None:
    names = {schedule_name("a" * 60, "nightly"), schedule_name("a" * 60, "nightl"), schedule_name("a" * 61, "nightly")}
    assert len(names) == 3
    assert all(len(name) == 64 for name in names)
    assert schedule_name("a.b", "c") != schedule_name("a", "b.c")
