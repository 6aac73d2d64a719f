"""What IoT Jobs refuse, of a job and of what a device reports, and what becomes of a job without devices."""

from pathlib import Path
from typing import Any

import pytest
from awsiot import V2ServiceException

from local.devices import register
from tests.local.device_programs import python_device
from tests.local.fleet_rig import Fleet, refusal


def test_a_job_id_is_taken_once(fleet: Fleet) -> None:
    thing = fleet.thing()
    job, target = fleet.job(thing), f"arn:aws:iot:us-east-1:000000000000:thing/{thing}"
    again = {"jobId": job, "targets": [target], "document": "{}"}
    assert refusal(lambda: fleet.iot.create_job(**again)) == "ResourceAlreadyExistsException"


@pytest.mark.parametrize("target", ["nothing", "arn:aws:iot:us-east-1:000000000000:thinggroup/nothing"])
def test_an_unknown_target(fleet: Fleet, target: str) -> None:
    assert refusal(lambda: fleet.job(target)) == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"jobExecutionsRolloutConfig": {"maximumPerMinute": 1001}}, "InvalidRequestException"),
        ({"document": "no JSON"}, "InvalidRequestException"),
        ({"description": "two\nlines"}, "InvalidRequestException"),
        ({"timeoutConfig": {"inProgressTimeoutInMinutes": 10081}}, "InvalidRequestException"),
        (
            {"jobExecutionsRetryConfig": {"criteriaList": [{"failureType": "ALL", "numberOfRetries": 11}]}},
            "InvalidRequestException",
        ),
        (
            {
                "jobExecutionsRetryConfig": {
                    "criteriaList": [
                        {"failureType": "FAILED", "numberOfRetries": 6},
                        {"failureType": "TIMED_OUT", "numberOfRetries": 5},
                    ]
                }
            },
            "InvalidRequestException",
        ),
    ],
)
def test_limits_of_a_job(fleet: Fleet, more: dict[str, Any], code: str) -> None:
    assert refusal(lambda: fleet.job(fleet.thing(), **more)) == code


def test_a_hundred_targets_and_no_more(fleet: Fleet) -> None:
    things = [fleet.thing() for _ in range(101)]
    assert refusal(lambda: fleet.job(*things)) == "LimitExceededException"
    assert fleet.status(fleet.job(*things[:100])) == "IN_PROGRESS"


def test_a_snapshot_of_an_empty_group_is_over_at_once(fleet: Fleet) -> None:
    job = fleet.job(fleet.group())
    assert fleet.status(job) == "COMPLETED"
    assert fleet.events(job, "completed") == ["completed"]
    assert fleet.status(fleet.job(fleet.group(), targetSelection="CONTINUOUS")) == "IN_PROGRESS"


TOO_MANY = {f"key{number}": "x" for number in range(11)}
DETAILS = [TOO_MANY, {"a": "x" * 1025}, {"a": "two\nlines"}, {"a b": "x"}, {"k" * 129: "x"}]


@pytest.mark.parametrize("details", DETAILS)
def test_status_details_by_http(fleet: Fleet, details: dict[str, str]) -> None:
    thing = fleet.thing()
    job = fleet.job(thing)
    assert refusal(lambda: fleet.start(thing, statusDetails=details)) == "InvalidRequestException"
    assert refusal(lambda: fleet.report(thing, job, "FAILED", statusDetails=details)) == "InvalidRequestException"
    assert fleet.executions(job, thing) == [(1, "QUEUED")]


def test_status_details_by_mqtt(fleet: Fleet, tmp_path: Path) -> None:
    device = register(fleet.aws, "detailed", tmp_path)
    job = fleet.job(device.name)
    with python_device(device) as python:
        for details in DETAILS:
            with pytest.raises(V2ServiceException) as refused:
                python.report(job, "FAILED", status_details=details)
            assert refused.value.modeled_error.code == "InvalidRequest"
        python.report(job, "FAILED", status_details={"a:b_c-d": "x" * 1024})
    assert fleet.executions(job, device.name) == [(1, "FAILED")]
