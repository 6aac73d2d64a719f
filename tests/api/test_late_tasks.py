"""A time limit ends the task too, also where Step Functions should not do it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.aws import clients
from functions.events import settle, track
from functions.wiring import platform
from tests.api.conftest import CONTEXT, JOB, RUNS, Call, task_of
from tests.aws_answers import refusing


@pytest.fixture
def ended(call: Call) -> Iterator[list[str]]:
    """The tasks that are asked to end, as it happens; ECS has forgotten them all."""
    arns: list[str] = []
    ecs = clients.ecs()
    ecs.meta.events.register("before-parameter-build.ecs.StopTask", lambda params, **_: arns.append(params["task"]))
    with refusing(ecs, "StopTask", "InvalidParameterException", "The referenced task was not found."):
        yield arns


def begin(run: dict[str, Any], attempt: int, status: str = "RUNNING", **more: str) -> str:
    """News of an attempt's task; its ARN."""
    task = task_of(run, status)
    task["taskArn"] = f"arn:aws:ecs:eu-central-1:123456789012:task/runs/{attempt}"
    environment = task["overrides"]["containerOverrides"][0]["environment"]
    for pair in environment:
        if pair["name"] == "SHIFTWORK_ATTEMPT":
            pair["value"] = str(attempt)
    environment += [{"name": name, "value": value} for name, value in more.items()]
    track.handler({"detail": task}, CONTEXT)
    return str(task["taskArn"])


def time_out(run: dict[str, Any], error: str) -> None:
    detail = {"name": run["id"], "status": "FAILED", "stopDate": 0, "input": '{"jobId": "team.job"}', "error": error}
    settle.handler({"detail": detail | {"cause": ""}}, CONTEXT)


@pytest.mark.parametrize("error", ["States.Timeout", "Shiftwork.Deadline"])
def test_what_still_goes_on_when_the_time_is_over_is_ended(run: dict[str, Any], ended: list[str], error: str) -> None:
    task = begin(run, 1)
    time_out(run, error)
    assert ended == [task]


@pytest.mark.parametrize(("error", "reason"), [("Shiftwork.Stopped", "STOPPED"), ("", "ABORTED")])
def test_an_abort_that_step_functions_did_not_pass_on_ends_the_task(
    call: Call, run: dict[str, Any], ended: list[str], error: str, reason: str
) -> None:
    """Step Functions Developer Guide, "Run a Job (.sync)": the cancellation is a best effort."""
    task = begin(run, 1)
    detail = {"name": run["id"], "status": "ABORTED", "stopDate": 0, "input": '{"jobId": "team.job"}', "error": error}
    settle.handler({"detail": detail | {"cause": "Enough."}}, CONTEXT)
    assert ended == [task]
    assert call("GET", f"{RUNS}/{run['id']}").json["reason"] == reason


def test_a_task_that_may_not_be_stopped_does_not_keep_its_run_from_ending(call: Call, run: dict[str, Any]) -> None:
    begin(run, 1)
    with (
        refusing(clients.ecs(), "StopTask", "AccessDeniedException", "Not allowed."),
        pytest.raises(ClientError, match="Not allowed"),
    ):
        time_out(run, "States.Timeout")
    assert call("GET", f"{RUNS}/{run['id']}").json["reason"] == "TIMEOUT"


@pytest.mark.parametrize("tasks", [1, 2])
def test_the_sweep_ends_what_outlives_a_stopped_run(call: Call, ended: list[str], tasks: int) -> None:
    call("POST", "/v1/jobs", JOB | {"run": JOB["run"] | ({"taskCount": tasks} if tasks > 1 else {})})
    run = call("POST", RUNS).json
    several = {"SHIFTWORK_TASK_COUNT": "2", "SHIFTWORK_TASK_INDEX": "1"} if tasks > 1 else {}
    task = begin(run, 1, **several)
    call("POST", f"{RUNS}/{run['id']}/actions/stop")
    assert ended == [], "Step Functions is asked first"
    assert platform().sweeper.sweep_runs(datetime.now(UTC) + timedelta(minutes=10), lambda: True) == [run["id"]]
    assert ended == [task]


def test_a_further_attempt_ends_the_one_before_it(run: dict[str, Any], ended: list[str]) -> None:
    first = begin(run, 1)
    begin(run, 2, "PENDING")
    assert ended == [first]
    begin(run, 2)
    assert ended == [first], "once is enough"


def test_an_end_of_its_own_needs_no_help(run: dict[str, Any], ended: list[str]) -> None:
    begin(run, 1)
    time_out(run, "AmazonECS.Unknown")
    assert ended == []


@pytest.mark.parametrize("status", ["PENDING", "RUNNING"])
def test_a_task_that_is_heard_of_after_the_end_of_its_run_is_ended(
    run: dict[str, Any], ended: list[str], status: str
) -> None:
    """Its time limit was shorter than the news took: nobody knew of the task when the run ended."""
    time_out(run, "States.Timeout")
    task = begin(run, 1, status)
    assert ended == [task]


def test_a_task_that_has_stopped_is_left_alone(run: dict[str, Any], ended: list[str]) -> None:
    time_out(run, "States.Timeout")
    begin(run, 1, "STOPPED")
    assert ended == []


def test_one_of_several_tasks_that_is_heard_of_after_its_end_is_ended(call: Call, ended: list[str]) -> None:
    call("POST", "/v1/jobs", JOB | {"run": JOB["run"] | {"taskCount": 2}})
    run = call("POST", RUNS).json
    time_out(run | {"id": f"{run['id']}-1"}, "States.Timeout")
    several = {"SHIFTWORK_TASK_COUNT": "2"}
    begin(run, 1, SHIFTWORK_TASK_INDEX="0", **several)
    assert ended == []
    task = begin(run, 1, SHIFTWORK_TASK_INDEX="1", **several)
    assert ended == [task]
    call("POST", f"{RUNS}/{run['id']}/actions/stop")
    begin(run, 2, "PENDING", SHIFTWORK_TASK_INDEX="0", **several)
    assert len(ended) == 3
