"""Runs over HTTP."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from functions.aws import clients
from functions.events import settle, track
from functions.jobs.runs.trigger import Trigger
from functions.wiring import platform
from tests.api.conftest import CONTEXT, JOB, RUNS, Call, task_of
from tests.conftest import ENVIRONMENT


def test_a_new_run(call: Call, run: dict[str, Any]) -> None:
    assert (run["jobId"], run["status"], run["completedAt"], run["tasks"]) == ("team.job", "INITIAL", None, [])
    assert run["allocated"] == {"cpus": 0.25, "mem": 512}
    time.strptime(run["createdAt"], "%Y-%m-%dT%H:%M:%S.%f%z")
    assert call("GET", RUNS).json == [run]
    assert call("GET", f"{RUNS}/{run['id']}").json == run


def test_a_run_becomes_active_and_ends(call: Call, run: dict[str, Any]) -> None:
    track.handler({"detail": task_of(run)}, CONTEXT)
    active = call("GET", f"{RUNS}/{run['id']}").json
    assert (active["status"], active["tasks"][0]["status"]) == ("ACTIVE", "TASK_RUNNING")
    ended = {"name": run["id"], "status": "FAILED", "stopDate": 1767323050000, "input": '{"jobId": "team.job"}'}
    settle.handler({"detail": ended | {"error": "AmazonECS.Unknown", "cause": "no capacity"}}, CONTEXT)
    final = call("GET", f"{RUNS}/{run['id']}").json
    assert (final["status"], final["reason"]) == ("FAILED", "START_FAILED")
    assert final["completedAt"] == "2026-01-02T03:04:10.000+0000"
    assert call("GET", RUNS).json == []


def test_an_event_without_its_texts_sends_settle_to_the_execution(call: Call, run: dict[str, Any]) -> None:
    client = boto3.client("stepfunctions")
    execution = client.list_executions(stateMachineArn=ENVIRONMENT["STATE_MACHINE_ARN"])["executions"][0]
    client.stop_execution(executionArn=execution["executionArn"], error="Console", cause="by hand")
    ended = {"name": run["id"], "status": "ABORTED", "stopDate": 1767323050000, "input": '{"jobId": "team.job"}'}
    settle.handler({"detail": ended | {"executionArn": execution["executionArn"]}}, CONTEXT)
    assert call("GET", f"{RUNS}/{run['id']}").json["reason"] == "ABORTED"


@pytest.mark.parametrize("given", ["{}", '{"run": {"jobId": "team.job"}}', '{"jobId": "team.job"}'])
def test_executions_that_are_no_runs_are_left_alone(call: Call, run: dict[str, Any], given: str) -> None:
    """Iterations of a distributed Map, and what a person starts in the console; both have a UUID as their name."""
    name = f"{run['id']}-4f2d-9f6e-1b2c3d4e5f60"
    settle.handler({"detail": {"name": name, "status": "SUCCEEDED", "stopDate": 0, "input": given}}, CONTEXT)
    assert call("GET", f"{RUNS}/{run['id']}").json["status"] == "INITIAL"


def test_stopping_a_run_ends_it_and_stopping_it_again_is_no_error(call: Call, run: dict[str, Any]) -> None:
    stopped = call("POST", f"{RUNS}/{run['id']}/actions/stop")
    assert (stopped.status, stopped.json["status"], stopped.json["reason"]) == (200, "FAILED", "STOPPED")
    assert stopped.json["completedAt"]
    assert call("GET", RUNS).json == []
    assert call("POST", f"{RUNS}/{run['id']}/actions/stop").json == stopped.json


def test_unknown_runs_and_jobs(call: Call, run: dict[str, Any]) -> None:
    unknown = {"jobSpec": "team.job", "id": "x", "message": "Job Run not found"}
    for method, path in (("GET", "x"), ("GET", "x/logs"), ("POST", "x/actions/stop")):
        answer = call(method, f"{RUNS}/{path}")
        assert (answer.status, answer.json) == (404, unknown)
    for strange in ("x" * 2000, "a-b", "é"):
        assert call("GET", f"{RUNS}/{strange}").json["message"] == "Job Run not found"
    for method, path in (("POST", "runs"), ("GET", "runs"), ("POST", "runs/x/actions/stop")):
        answer = call(method, f"/v1/jobs/gone/{path}")
        assert (answer.status, answer.json) == (404, {"id": "gone", "message": "Job not found"})


def test_a_key_gives_the_same_run(call: Call, run: dict[str, Any]) -> None:
    first = call("POST", RUNS, headers={"idempotency-key": "k"}).json
    assert call("POST", RUNS, headers={"idempotency-key": "k"}).json == first
    assert call("POST", RUNS, headers={"idempotency-key": "l"}).json["id"] != first["id"]
    assert len(call("GET", RUNS).json) == 3


def test_a_trigger_says_no_more_than_it_can(call: Call, run: dict[str, Any]) -> None:
    assert call("POST", RUNS, raw="").status == 201
    assert call("POST", RUNS, {}).status == 201
    refused = call("POST", RUNS, {"environment": {}})
    assert (refused.status, refused.json["details"][0]["path"]) == (422, "/environment")


def test_a_start_that_fails_leaves_a_visible_run_that_the_next_try_finishes(call: Call, run: dict[str, Any]) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "StartExecution")

    events = clients.stepfunctions().meta.events
    events.register("before-call.stepfunctions.StartExecution", refuse)
    with pytest.raises(ClientError):
        call("POST", RUNS, headers={"idempotency-key": "k"})
    (left,) = [each for each in call("GET", RUNS).json if each["id"] != run["id"]]
    assert left["status"] == "INITIAL"
    events.unregister("before-call.stepfunctions.StartExecution", refuse)
    assert call("POST", RUNS, headers={"idempotency-key": "k"}).json["id"] == left["id"]
    names = {
        execution["name"]
        for execution in boto3.client("stepfunctions").list_executions(
            stateMachineArn=ENVIRONMENT["STATE_MACHINE_ARN"]
        )["executions"]
    }
    assert names == {run["id"], left["id"]}


def test_calls_that_draw_the_same_id_start_a_run_each(call: Call) -> None:
    call("POST", "/v1/jobs", JOB)
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    drawn = [Trigger(job_id="team.job", run_id="20260102030405same", now=now + timedelta(seconds=n)) for n in range(2)]
    first, second = map(platform().starter.trigger_run, drawn)
    assert first.id != second.id
    assert platform().starter.trigger_run(drawn[0]).id == first.id, "the same trigger again is the same run"
    assert len(call("GET", RUNS).json) == 2
