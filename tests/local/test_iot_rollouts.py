"""When devices are notified of a job: its rate, its start, its maintenance windows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.fleet_rig import MINUTE, Fleet


def _now(fleet: Fleet) -> datetime:
    """The local cloud's clock, as a thing's job tells it."""
    thing = fleet.thing()
    created: datetime = fleet.iot.describe_job(jobId=fleet.job(thing))["job"]["createdAt"]
    return created.astimezone(UTC)


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def _plan(fleet: Fleet, start: int | None = 40, **more: Any) -> dict[str, Any]:
    """Return a schedule that starts the given number of minutes from now."""
    return _plan_at(_now(fleet), start, **more)


def _plan_at(now: datetime, start: int | None = 40, **more: Any) -> dict[str, Any]:
    begins = {} if start is None else {"startTime": _time(now + timedelta(minutes=start))}
    return {"schedulingConfig": {**begins, **more}}


def test_a_job_waits_for_its_start(fleet: Fleet) -> None:
    thing = fleet.thing()
    job = fleet.job(thing, **_plan(fleet))
    assert fleet.status(job) == "SCHEDULED"
    assert fleet.start(thing) is None
    fleet.aws.advance(30 * MINUTE)
    assert fleet.status(job) == "SCHEDULED"
    fleet.aws.advance(10 * MINUTE)
    assert (fleet.status(job), fleet.executions(job, thing)) == ("IN_PROGRESS", [(1, "QUEUED")])
    fleet.start(thing)
    fleet.report(thing, job, "SUCCEEDED")
    assert fleet.events(job, "completed") == ["succeeded", "completed"]


def test_a_scheduled_job_can_be_canceled(fleet: Fleet) -> None:
    job = fleet.job(fleet.thing(), **_plan(fleet))
    fleet.iot.cancel_job(jobId=job)
    assert fleet.status(job) == "CANCELED"
    fleet.aws.advance(60 * MINUTE)
    assert fleet.status(job) == "CANCELED"
    other = fleet.job(fleet.thing(), **_plan(fleet))
    with pytest.raises(fleet.iot.exceptions.InvalidStateTransitionException):
        fleet.iot.delete_job(jobId=other)
    assert fleet.status(other) == "SCHEDULED"


def test_devices_are_notified_in_maintenance_windows(fleet: Fleet) -> None:
    first, second = fleet.thing(), fleet.thing()
    group, now = fleet.group(first), _now(fleet)
    opens = now + timedelta(minutes=90)
    window = {"startTime": f"cron({opens.minute} {opens.hour} * * ? *)", "durationInMinutes": 20}
    job = fleet.job(group, targetSelection="CONTINUOUS", **_plan(fleet, 40, maintenanceWindows=[window]))
    fleet.aws.advance(60 * MINUTE)
    assert fleet.status(job) == "SCHEDULED", "its start is over, its window is to come"
    fleet.aws.advance(31 * MINUTE)
    assert (fleet.status(job), fleet.executions(job, first)) == ("IN_PROGRESS", [(1, "QUEUED")])
    fleet.aws.advance(20 * MINUTE)
    assert fleet.status(job) == "SCHEDULED"
    fleet.iot.add_thing_to_thing_group(thingGroupName=group.rsplit("/", 1)[-1], thingName=second)
    assert fleet.executions(job, second) == []
    fleet.aws.advance(24 * 60 * MINUTE - 15 * MINUTE)
    assert (fleet.status(job), fleet.executions(job, second)) == ("IN_PROGRESS", [(1, "QUEUED")])


@pytest.mark.parametrize(
    ("plan", "selection", "words"),
    [
        ({"start": 20}, "SNAPSHOT", "30 minutes"),
        ({"start": 400 * 24 * 60}, "SNAPSHOT", "one year"),
        ({"start": 40, "endTime": "2099-01-01T00:00"}, "SNAPSHOT", "EndTime"),
        ({"maintenanceWindows": [{"startTime": "cron(0 2 * * ? *)", "durationInMinutes": 5}]}, "SNAPSHOT", "SNAPSHOT"),
        (
            {"start": None, "maintenanceWindows": [{"startTime": "cron(0 2 * * ? *)", "durationInMinutes": 5}]},
            "CONTINUOUS",
            "without StartTime",
        ),
        (
            {"maintenanceWindows": [{"startTime": "cron(0 2 * * ? *)", "durationInMinutes": 1431}]},
            "CONTINUOUS",
            "1430",
        ),
    ],
)
def test_schedules_that_are_refused(fleet: Fleet, plan: dict[str, Any], selection: str, words: str) -> None:
    with pytest.raises(ClientError, match=words):  # by this machine's clock, whatever the local one is
        fleet.job(fleet.thing(), targetSelection=selection, **_plan_at(datetime.now(UTC), **plan))


@pytest.mark.parametrize("selection", ["SNAPSHOT", "CONTINUOUS"])
def test_a_rollout_goes_on_minute_by_minute(fleet: Fleet, selection: str) -> None:
    group = fleet.group(*(fleet.thing() for _ in range(5)))
    job = fleet.job(group, targetSelection=selection, jobExecutionsRolloutConfig={"maximumPerMinute": 2})
    for queued in (2, 4, 5, 5):
        told = fleet.iot.describe_job(jobId=job)["job"]
        assert told["jobProcessDetails"]["numberOfQueuedThings"] == queued
        fleet.aws.advance(MINUTE)
