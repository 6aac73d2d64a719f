"""What the state machine does when a task fails, or when there is no capacity for it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any

import pytest

from tests.state_machines.machine import TaskError, Trace, execute
from tests.state_machines.test_run_container import DEFINITION

INPUT: dict[str, Any] = {
    "jobId": "team.job",
    "runId": "r1",
    "scheduledTime": "",
    "cluster": "arn:cluster",
    "taskDefinition": "arn:definition:1",
    "subnets": ["subnet-1"],
    "securityGroups": ["sg-1"],
    "assignPublicIp": "ENABLED",
    "capacityProviders": ["FARGATE"],
    "restart": {"policy": "NEVER", "deadline": ""},
}
WITH_FALLBACK = {"capacityProviders": ["FARGATE_SPOT", "FARGATE"]}
RESTARTED = {"restart": {"policy": "ON_FAILURE", "deadline": ""}}
# Amazon ECS Developer Guide, "Service event messages"; re:Post, "ecs-fargate-runtask-capacity".
NONE_LEFT = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
FAILURES = TaskError("AmazonECS.Unknown", json.dumps({"Failures": [{"Reason": NONE_LEFT}], "Tasks": []}))
NO_CAPACITY = [FAILURES, TaskError("ECS.AmazonECSException", NONE_LEFT)]
DONE = {"StopCode": "EssentialContainerExited", "Containers": [{"Name": "main", "ExitCode": 0}]}


def task(exit_code: int, *others: int, stop_code: str = "EssentialContainerExited") -> str:
    sidecars = [{"Name": f"sidecar{number}", "ExitCode": code} for number, code in enumerate(others)]
    return json.dumps({"StopCode": stop_code, "Containers": [*sidecars, {"Name": "main", "ExitCode": exit_code}]})


def failed(exit_code: int, *others: int, stop_code: str = "EssentialContainerExited") -> TaskError:
    return TaskError("States.TaskFailed", task(exit_code, *others, stop_code=stop_code))


def run(tasks: Iterator[Any] | list[Any], more: dict[str, Any] | None = None, **options: int) -> Trace:
    return execute(DEFINITION, {**INPUT, **(more or {})}, iter(tasks), **options)


def attempts(trace: Trace) -> list[str]:
    overrides = [arguments["Overrides"]["ContainerOverrides"][0] for arguments in trace.arguments]
    return [pair["Value"] for one in overrides for pair in one["Environment"] if pair["Name"] == "SHIFTWORK_ATTEMPT"]


def providers(trace: Trace) -> list[str]:
    return [arguments["CapacityProviderStrategy"][0]["CapacityProvider"] for arguments in trace.arguments]


def test_a_success_enters_one_state_and_answers_the_task() -> None:
    trace = run([DONE])
    assert (trace.status, trace.entered, trace.output) == ("SUCCEEDED", ["RunTask"], DONE)


@pytest.mark.parametrize("error", [failed(3), TaskError("ECS.ClientException", "no such definition")])
def test_a_failure_without_restarts_fails_the_execution_with_its_error_and_cause(error: TaskError) -> None:
    trace = run([error])
    assert (trace.status, (trace.error, trace.cause)) == ("FAILED", error.args)
    assert trace.entered == ["RunTask", "Judge", "Failed"]


@pytest.mark.parametrize("cause", ["", "not JSON", '{"StopCode": "cut o'])
def test_a_cause_that_is_no_task_is_passed_on(cause: str) -> None:
    trace = run([TaskError("States.TaskFailed", cause)])
    assert (trace.status, trace.error, trace.cause) == ("FAILED", "States.TaskFailed", cause)


def test_a_sidecar_that_is_ended_with_the_job_does_not_fail_it() -> None:
    """Step Functions fails the state for any container's exit code, and SIGTERM is one."""
    trace = run([failed(0, 143)], RESTARTED)
    assert (trace.status, trace.entered) == ("SUCCEEDED", ["RunTask", "Judge", "Succeeded"])
    assert trace.output == json.loads(task(0, 143))


def test_a_job_that_was_stopped_did_not_succeed_whatever_its_exit_code() -> None:
    assert run([failed(0, stop_code="UserInitiated")]).status == "FAILED"


def test_on_failure_starts_the_task_again_at_once_with_the_next_attempt() -> None:
    trace = run([failed(1), failed(2), DONE], RESTARTED)
    assert (trace.status, attempts(trace)) == ("SUCCEEDED", ["1", "2", "3"])
    assert trace.entered == ["RunTask", "Judge", "RunTask", "Judge", "RunTask"]
    assert [arguments["TaskDefinition"] for arguments in trace.arguments] == ["arn:definition:1"] * 3


@pytest.mark.parametrize(("seconds", "expected"), [(60, ["1", "2"]), (0.5, ["1", "2"]), (-0.01, ["1"]), (-60, ["1"])])
def test_the_deadline_ends_the_restarts(seconds: float, expected: list[str]) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    trace = run([failed(1), DONE], {"restart": {"policy": "ON_FAILURE", "deadline": moment.isoformat()}})
    assert attempts(trace) == expected


@pytest.mark.parametrize("deadline", ["2100-01-02T03:04:05+00:00", "2100-01-02T03:04:05.678+00:00"])
def test_a_deadline_may_have_any_fraction_of_a_second(deadline: str) -> None:
    assert attempts(run([failed(1), DONE], {"restart": {"policy": "ON_FAILURE", "deadline": deadline}})) == ["1", "2"]


def test_a_task_that_a_person_stopped_is_not_started_again() -> None:
    trace = run([failed(143, stop_code="UserInitiated")], RESTARTED)
    assert (trace.status, attempts(trace)) == ("FAILED", ["1"])


def test_a_spot_interruption_is_a_failure_like_others_and_tries_spot_again() -> None:
    trace = run([failed(143, stop_code="SpotInterruption"), DONE], RESTARTED | WITH_FALLBACK)
    assert (attempts(trace), providers(trace)) == (["1", "2"], ["FARGATE_SPOT", "FARGATE_SPOT"])


def test_a_request_that_ecs_refuses_is_not_sent_again() -> None:
    assert run([TaskError("ECS.InvalidParameterException", "no")], RESTARTED).entered == ["RunTask", "Judge", "Failed"]


@pytest.mark.parametrize("error", NO_CAPACITY)
def test_without_spot_capacity_the_next_provider_is_tried_at_once(error: TaskError) -> None:
    trace = run([error, DONE], WITH_FALLBACK)
    assert (trace.status, providers(trace)) == ("SUCCEEDED", ["FARGATE_SPOT", "FARGATE"])
    assert (trace.waited, attempts(trace)) == ([], ["1", "1"])


def test_an_error_of_ecs_without_a_name_is_no_reason_to_pay_for_on_demand() -> None:
    trace = run([TaskError("ECS.AmazonECSException", "Rate exceeded"), DONE], WITH_FALLBACK)
    assert (providers(trace), len(trace.waited)) == (["FARGATE_SPOT", "FARGATE_SPOT"], 1)


@pytest.mark.parametrize("error", NO_CAPACITY)
def test_without_any_capacity_it_waits_longer_and_longer_and_then_fails(error: TaskError) -> None:
    trace = run(repeat(error), WITH_FALLBACK)
    assert (trace.status, (trace.error, trace.cause)) == ("FAILED", error.args)
    assert providers(trace) == ["FARGATE_SPOT", "FARGATE"] * 7
    assert set(attempts(trace)) == {"1"}
    limits = [10, 20, 40, 80, 120, 120]
    assert all(1 <= waited <= limit for waited, limit in zip(trace.waited, limits, strict=True))


@pytest.mark.parametrize(
    "error",
    [
        TaskError("ECS.AmazonECSException", "Rate exceeded. (Service: AmazonECS; Status Code: 400)"),
        TaskError("ECS.InvalidParameterException", "Request limit exceeded."),
        TaskError("ECS.ClientException", "Throttling"),
    ],
)
def test_throttling_in_words_is_waited_for_as_long_as_a_herd_takes(error: TaskError) -> None:
    """Decision 16: ten thousand runs of one minute need 500 seconds of Fargate's launch rate."""
    trace = run(repeat(error), RESTARTED)
    assert (trace.status, set(attempts(trace))) == ("FAILED", {"1"})
    assert len(trace.waited) >= 20
    assert all(1 <= waited <= 120 for waited in trace.waited)
    assert run([error] * 20 + [DONE], RESTARTED).status == "SUCCEEDED"


def test_throttling_uses_up_no_round_of_missing_capacity() -> None:
    throttled = TaskError("ECS.AmazonECSException", "Rate exceeded")
    trace = run([*[throttled] * 12, *[FAILURES] * 6, throttled, DONE], RESTARTED)
    assert (trace.status, len(trace.waited)) == ("SUCCEEDED", 19)


def test_missing_capacity_keeps_the_attempt_and_a_restart_has_all_rounds_again() -> None:
    trace = run([*[FAILURES] * 6, failed(1), *[FAILURES] * 6, DONE], RESTARTED)
    assert attempts(trace) == ["1"] * 7 + ["2"] * 7
    assert trace.status == "SUCCEEDED"


def test_endless_restarts_end_with_a_clear_error_and_the_last_task() -> None:
    trace = run(repeat(failed(9)), RESTARTED)
    assert (trace.status, trace.error) == ("FAILED", "Shiftwork.TooManyRestarts")
    assert trace.cause == task(9)
    assert attempts(trace)[-1] == "500"


def test_no_history_comes_near_its_limit_of_events() -> None:
    """At most: 4 events for each try of RunTask (scheduled, started, submitted, failed), 2 for each state."""
    retries = 20
    trace = run(
        (error for _ in repeat(None) for error in [*[FAILURES] * 13, failed(1)]),
        RESTARTED | WITH_FALLBACK,
        retries=retries,
    )
    events = 2 + 2 * len(trace.entered) + 4 * (retries + 1) * len(trace.arguments)
    assert trace.status == "FAILED"
    assert 23_000 < events < 25_000
