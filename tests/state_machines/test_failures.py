"""What the state machine does when a task fails, or when there is no capacity for it."""

import json
from itertools import repeat

import pytest

from tests.aws.conftest import make_run
from tests.state_machines.machine import TaskError, Trace
from tests.state_machines.runs import ALWAYS, DONE, attempts, carry, failed, planned, policy, providers, retried, task

WITH_FALLBACK = ("FARGATE_SPOT", "FARGATE")
# Amazon ECS Developer Guide, "Service event messages"; re:Post, "ecs-fargate-runtask-capacity".
NONE_LEFT = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
FAILURES = TaskError("AmazonECS.Unknown", json.dumps({"Failures": [{"Reason": NONE_LEFT}], "Tasks": []}))
NO_CAPACITY = [FAILURES, TaskError("ECS.AmazonECSException", NONE_LEFT)]


def with_fallback(*tasks: object) -> Trace:
    return carry(planned(capacity_providers=WITH_FALLBACK), list(tasks))


def test_a_success_enters_one_state_and_answers_the_task() -> None:
    trace = carry(make_run(), [DONE])
    assert (trace.status, trace.entered, trace.output) == ("SUCCEEDED", ["RunTask"], DONE)


@pytest.mark.parametrize("error", [failed(3), TaskError("ECS.ClientException", "no such definition")])
def test_a_failure_without_restarts_fails_the_execution_with_its_error_and_cause(error: TaskError) -> None:
    trace = carry(make_run(), [error])
    assert (trace.status, (trace.error, trace.cause)) == ("FAILED", error.args)
    assert trace.entered == ["RunTask", "Judge", "Failed"]


@pytest.mark.parametrize("cause", ["", "not JSON", '{"StopCode": "cut o'])
def test_a_cause_that_is_no_task_is_passed_on(cause: str) -> None:
    trace = carry(make_run(), [TaskError("States.TaskFailed", cause)])
    assert (trace.status, trace.error, trace.cause) == ("FAILED", "States.TaskFailed", cause)


def test_a_sidecar_that_is_ended_with_the_job_does_not_fail_it() -> None:
    """Step Functions fails the state for any container's exit code, and SIGTERM is one."""
    trace = retried([failed(0, 143)])
    assert (trace.status, trace.entered) == ("SUCCEEDED", ["RunTask", "Judge", "Succeeded"])
    assert trace.output == json.loads(task(0, 143))


def test_a_job_that_was_stopped_did_not_succeed_whatever_its_exit_code() -> None:
    assert carry(make_run(), [failed(0, stop_code="UserInitiated")]).status == "FAILED"


def test_a_task_that_a_person_stopped_is_not_started_again_whatever_the_rules() -> None:
    rules = [{"action": "IGNORE", "exitCodes": [143]}]
    trace = retried([failed(143, stop_code="UserInitiated")], ALWAYS | {"rules": rules})
    assert (trace.status, attempts(trace)) == ("FAILED", ["1"])


def test_a_spot_interruption_is_a_failure_like_others_and_tries_spot_again() -> None:
    interrupted = failed(143, stop_code="SpotInterruption")
    trace = retried([interrupted, DONE], capacity_providers=WITH_FALLBACK)
    assert (attempts(trace), providers(trace)) == (["1", "2"], ["FARGATE_SPOT", "FARGATE_SPOT"])


def test_a_request_that_ecs_refuses_is_not_sent_again() -> None:
    assert retried([TaskError("ECS.InvalidParameterException", "no")]).entered == ["RunTask", "Judge", "Failed"]


@pytest.mark.parametrize("error", NO_CAPACITY)
def test_without_spot_capacity_the_next_provider_is_tried_at_once(error: TaskError) -> None:
    trace = with_fallback(error, DONE)
    assert (trace.status, providers(trace)) == ("SUCCEEDED", ["FARGATE_SPOT", "FARGATE"])
    assert (trace.waited, attempts(trace)) == ([], ["1", "1"])


def test_an_error_of_ecs_without_a_name_is_no_reason_to_pay_for_on_demand() -> None:
    trace = with_fallback(TaskError("ECS.AmazonECSException", "Rate exceeded"), DONE)
    assert (providers(trace), len(trace.waited)) == (["FARGATE_SPOT", "FARGATE_SPOT"], 1)


@pytest.mark.slow
def test_endless_restarts_end_with_a_clear_error_and_the_last_task() -> None:
    trace = retried(repeat(failed(9)))
    assert (trace.status, trace.error) == ("FAILED", "Shiftwork.TooManyRestarts")
    assert trace.cause == task(9)
    assert attempts(trace)[-1] == "500"


@pytest.mark.slow
def test_no_history_comes_near_its_limit_of_events() -> None:
    """At most: 4 events for each try of RunTask (scheduled, started, submitted, failed), 2 for each state."""
    retries = 20
    run = planned(retry=policy(attempts=0), capacity_providers=WITH_FALLBACK)
    trace = carry(run, (error for _ in repeat(None) for error in [*[FAILURES] * 13, failed(1)]), retries=retries)
    events = 2 + 2 * len(trace.entered) + 4 * (retries + 1) * len(trace.arguments)
    assert trace.status == "FAILED"
    assert 23_000 < events < 25_000
