"""Retries of job executions."""

import json
from pathlib import Path

import pytest

from local.devices import register
from tests.local.device_programs import python_device
from tests.local.fleet_rig import Fleet, retries
from tests.local.workbench import until


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
