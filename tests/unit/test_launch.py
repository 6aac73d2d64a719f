"""The launch plans that documents come to."""

from typing import Any

import pytest

from functions.jobs.model.launch_plan import LaunchPlan, once
from tests.unit.definitions import saved

RULE = {"action": "FAIL", "exitCodes": [2]}


def plan(run: dict[str, Any] | None = None, **document: Any) -> LaunchPlan:
    """The plan of a job with these fields."""
    return saved(run={"cmd": "true", "cpus": 1, "mem": 128, "disk": 0} | (run or {}), **document).plan


def test_a_job_that_says_nothing_has_one_attempt_one_task_and_no_limit() -> None:
    assert plan() == LaunchPlan(revision=1, task_definition="arn", cpu=1024, memory=2048)


@pytest.mark.parametrize(
    ("run", "retry"),
    [
        ({"restart": {"policy": "ON_FAILURE"}}, once() | {"attempts": 0}),
        ({"retry": {}}, {"attempts": 0, "waitSeconds": 10, "factor": 2, "maxWaitSeconds": 360, "rules": []}),
        ({"retry": {"attempts": 1}, "restart": {"policy": "ON_FAILURE"}}, {"attempts": 1, "waitSeconds": 10}),
        ({"retry": {"attempts": 3, "jitter": True, "rules": [RULE]}}, {"attempts": 3, "jitter": True, "rules": [RULE]}),
        ({"retry": 2}, {"attempts": 3, "waitSeconds": 10, "factor": 1.5, "maxWaitSeconds": 86_400, "jitter": False}),
        ({"retry": {"waitSeconds": 600}}, {"waitSeconds": 600, "maxWaitSeconds": 600}),
        ({"retry": {"maxWaitSeconds": 0}}, {"waitSeconds": 0, "maxWaitSeconds": 0}),
    ],
)
def test_retry_says_how_and_without_it_restart_does(run: dict[str, Any], retry: dict[str, Any]) -> None:
    made = plan(run).retry
    assert made.keys() == once().keys()
    assert made == made | retry


def test_the_deadline_for_restarts_holds_for_both() -> None:
    restart = {"policy": "NEVER", "activeDeadlineSeconds": 0}
    assert plan({"restart": restart, "retry": {}}).active_deadline == 0


def test_time_limits_and_tasks() -> None:
    run = {"attemptTimeoutSeconds": "90s", "timeoutSeconds": 600, "taskCount": 10, "parallelism": 4}
    made = plan(run | {"toleratedFailures": 1})
    assert (made.attempt_timeout, made.timeout) == (90, 600)
    assert (made.task_count, made.parallelism, made.tolerated_failures) == (10, 4, 1)


def test_what_each_run_must_be_given() -> None:
    made = plan(parameters={"DAY": {"required": True}, "LEVEL": {"required": False}, "X": {}}, payload="REQUIRED")
    assert (made.required, made.needs_payload) == (("DAY",), True)
    assert not plan(payload="OPTIONAL").needs_payload


def test_what_is_kept() -> None:
    made = plan(retention={"seconds": 60, "successes": 0})
    assert (made.keep_seconds, made.keep_successes, made.keep_failures) == (60, 0, None)
