"""Time limits: of an attempt, and of the run with all its attempts and waits."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import pytest

from functions.jobs.model.run import Overrides, Run
from tests.aws.conftest import make_run
from tests.state_machines.machine import TaskError, Took
from tests.state_machines.runs import DONE, attempts, carry, failed, planned, policy, retried

NO_CAPACITY = TaskError("AmazonECS.Unknown", json.dumps({"Failures": [{"Reason": "none"}], "Tasks": []}))


def limited(timeout: int, **plan: Any) -> Run:
    return planned(make_run(created_at=datetime.now(UTC)), timeout=timeout, **plan)


def test_without_limits_a_task_has_as_long_as_step_functions_gives_it() -> None:
    assert carry(make_run(), [DONE]).limits == [99_999_999]


def test_each_attempt_has_its_time_and_the_last_ones_end_is_the_runs() -> None:
    trace = retried([Took(61, DONE), Took(61, DONE)], {"attempts": 2}, attempt_timeout=60)
    assert (trace.status, trace.error, trace.limits) == ("FAILED", "States.Timeout", [60, 60])
    assert trace.cause == "Attempt 2 took longer than attemptTimeoutSeconds (60)."


def test_an_attempt_that_is_out_of_time_is_tried_again() -> None:
    trace = retried([Took(61, DONE), Took(59, DONE)], {"attempts": 2}, attempt_timeout=60)
    assert (trace.status, attempts(trace)) == ("SUCCEEDED", ["1", "2"])


def test_the_runs_own_limits_hold_instead_of_its_jobs() -> None:
    run = replace(limited(1000, attempt_timeout=500), overrides=Overrides(attempt_timeout=60, timeout=100))
    assert carry(run, [DONE]).limits == [60]
    assert carry(replace(run, overrides=Overrides(timeout=100)), [DONE]).limits in ([100], [99])


def test_the_runs_limit_ends_a_task_that_has_time_of_its_own_left() -> None:
    trace = carry(limited(100, attempt_timeout=80, retry=policy(attempts=3)), [Took(80.5, DONE), Took(80, DONE)])
    assert (trace.status, trace.error) == ("FAILED", "Shiftwork.Deadline")
    assert trace.limits[0] == 80 and 19 <= trace.limits[1] <= 20
    assert trace.cause.startswith("It was ended at the time limit of the run (timeoutSeconds), 20")
    assert trace.entered == ["RunTask", "Judge", "RunTask", "Judge", "Deadline"]


def test_what_failed_by_itself_shortly_before_the_limit_failed_by_itself() -> None:
    trace = carry(limited(100), [Took(99.9, failed(3))])
    assert (trace.status, trace.error) == ("FAILED", "States.TaskFailed")


def test_a_wait_that_would_pass_the_limit_is_not_begun() -> None:
    trace = carry(limited(100, retry=policy(attempts=0, waitSeconds=60, factor=1)), [Took(10, failed(1))] * 3)
    assert (trace.status, trace.error, attempts(trace)) == ("FAILED", "Shiftwork.Deadline", ["1", "2"])
    assert trace.waited == [60]
    assert trace.cause.startswith("The next attempt would begin after the time limit of the run (timeoutSeconds), 20")


@pytest.mark.parametrize("error", [NO_CAPACITY, TaskError("ECS.AmazonECSException", "Rate exceeded")])
def test_waiting_for_capacity_ends_with_the_limit(error: TaskError) -> None:
    trace = carry(limited(30), repeat(error))
    assert (trace.status, trace.error) == ("FAILED", "Shiftwork.Deadline")
    assert sum(trace.waited) < 30


def test_no_task_starts_after_the_limit() -> None:
    trace = carry(replace(limited(100), created_at=datetime(2026, 1, 1, tzinfo=UTC)), [])
    assert (trace.status, trace.error, trace.arguments) == ("FAILED", "Shiftwork.Deadline", [])


def test_an_expression_that_fails_for_another_reason_is_no_deadline() -> None:
    trace = carry(limited(100), [TaskError("States.QueryEvaluationError", "why")])
    assert (trace.error, trace.cause) == ("States.QueryEvaluationError", "why")
