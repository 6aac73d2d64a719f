"""What IoT Jobs refuse, and what becomes of a job without devices."""

from typing import Any

import pytest

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
