"""Time limits and retries of job executions, on a clock that the test moves."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.devices import register
from tests.local.device_programs import python_device
from tests.local.fleet_rig import MINUTE, Fleet, retries
from tests.local.workbench import until


def test_an_execution_times_out_by_itself(fleet: Fleet) -> None:
    thing = fleet.thing()
    job = fleet.job(thing, timeoutConfig={"inProgressTimeoutInMinutes": 10}, **retries(TIMED_OUT=1))
    fleet.aws.advance(30 * MINUTE)
    assert 590 <= fleet.start(thing)["approximateSecondsBeforeTimedOut"] <= 600
    fleet.aws.advance(9 * MINUTE)
    assert fleet.executions(job, thing) == [(1, "IN_PROGRESS")]
    fleet.aws.advance(MINUTE)
    assert fleet.events(job, "timed_out") == ["timed_out"], "nobody has asked for the execution meanwhile"
    assert fleet.executions(job, thing) == [(1, "TIMED_OUT"), (2, "QUEUED")]
    fleet.start(thing)
    fleet.aws.advance(11 * MINUTE)
    assert fleet.status(job) == "COMPLETED"
    assert fleet.events(job, "completed") == ["timed_out", "timed_out", "completed"]


def test_a_device_is_notified_of_its_time_out(fleet: Fleet, tmp_path: Path) -> None:
    device, heard = register(fleet.aws, "slow", tmp_path), list[Any]()
    with python_device(device, lambda topic, payload: heard.append((topic, json.loads(payload)))) as python:
        fleet.job(device.name, timeoutConfig={"inProgressTimeoutInMinutes": 1})
        python.start_next()
        base = f"$aws/things/{device.name}/jobs"
        assert python.subscribe(f"{base}/notify") == python.subscribe(f"{base}/notify-next") == 1
        heard.clear()
        fleet.aws.advance(MINUTE)
        assert until(lambda: len(heard) == 2)
    assert [(topic, set(told) - {"timestamp"}) for topic, told in heard] == [
        (f"{base}/notify", {"jobs"}),
        (f"{base}/notify-next", set()),
    ]
    assert heard[0][1]["jobs"] == {}


def test_a_step_timer_ends_earlier_and_never_later(fleet: Fleet) -> None:
    """The walk through of the page: 20 minutes in progress, steps of 7, 5 and 9."""
    thing = fleet.thing()
    job = fleet.job(thing, timeoutConfig={"inProgressTimeoutInMinutes": 20})
    fleet.start(thing)
    for step in (7, 5, 9):
        fleet.aws.advance(5 * MINUTE if step == 7 else 4 * MINUTE)
        fleet.report(thing, job, "IN_PROGRESS", stepTimeoutInMinutes=step)
    left = fleet.data.describe_job_execution(thingName=thing, jobId=job)["execution"]
    assert left["approximateSecondsBeforeTimedOut"] <= 7 * MINUTE
    fleet.aws.advance(7 * MINUTE)
    assert fleet.executions(job, thing) == [(1, "TIMED_OUT")]


def test_a_failed_execution_is_queued_again_as_often_as_the_job_says(fleet: Fleet) -> None:
    thing = fleet.thing()
    job = fleet.job(thing, **retries(FAILED=2))
    for number in (1, 2, 3):
        assert fleet.start(thing)["executionNumber"] == number
        fleet.report(thing, job, "FAILED")
    assert fleet.executions(job, thing) == [(1, "FAILED"), (2, "FAILED"), (3, "FAILED")]
    assert fleet.status(job) == "COMPLETED"
    assert fleet.events(job, "completed").count("failed") == 3


@pytest.mark.parametrize(("status", "limits"), [("REJECTED", {"ALL": 3}), ("FAILED", {"TIMED_OUT": 3})])
def test_what_is_not_retried(fleet: Fleet, status: str, limits: dict[str, int]) -> None:
    thing = fleet.thing()
    job = fleet.job(thing, **retries(**limits))
    fleet.report(thing, job, status)
    assert fleet.executions(job, thing) == [(1, status)]
    assert fleet.status(job) == "COMPLETED"


def test_a_device_is_notified_of_its_retry(fleet: Fleet, tmp_path: Path) -> None:
    device, numbers = register(fleet.aws, "retried", tmp_path), []

    def hear(topic: str, payload: bytes) -> None:
        if topic.endswith("/notify-next"):
            numbers.append(json.loads(payload).get("execution", {}).get("executionNumber"))

    with python_device(device, hear) as python:
        assert python.subscribe(f"$aws/things/{device.name}/jobs/notify-next") == 1
        job = fleet.job(device.name, **retries(FAILED=1))
        assert until(lambda: numbers == [1])
        python.start_next()
        python.report(job, "FAILED")
        assert until(lambda: numbers == [1, 2])
        python.report(job, "SUCCEEDED")
        assert until(lambda: numbers == [1, 2, None])
    assert fleet.executions(job, device.name) == [(1, "FAILED"), (2, "SUCCEEDED")]
