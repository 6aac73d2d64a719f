"""A finished run, run again."""

from typing import Any

import boto3
import pytest

from functions.events import dispatch
from tests.api.conftest import CONTEXT, JOB, NIGHTLY, RUNS, Call
from tests.api.overriding import OPEN, finish, job, refused, started, told
from tests.conftest import ENVIRONMENT

__all__ = ["job"]
EVERYTHING: dict[str, Any] = {
    "parameters": {"LEVEL": "debug", "DAY": "friday"},
    "env": {"TRACE": "1"},
    "cmd": "echo once",
    "cpus": 1,
    "mem": 3000,
    "timeoutSeconds": 3600,
    "attemptTimeoutSeconds": 600,
    "imageTag": "2",
    "labels": {"ticket": "7"},
}
PAYLOADS = [{"short": 1}, {"long": "x" * 5000}]


def again(call: Call, run: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The run that repeats this one."""
    answer = call("POST", f"{RUNS}/{run['id']}/actions/rerun", **more)
    assert answer.status == 201, answer.text
    return dict(answer.json)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_run_is_repeated_with_the_same_inputs(call: Call, job: dict[str, Any], payload: Any) -> None:
    first = started(call, EVERYTHING | {"payload": payload})
    finish(call, first)
    second = again(call, first)
    assert (second["rerunOf"], second["cause"]) == (first["id"], "CALL")
    own = ("id", "createdAt", "rerunOf")
    assert {name: value for name, value in second.items() if name not in own} == {
        name: value for name, value in first.items() if name not in own
    }
    before, after = told(first), told(second)
    assert after["payload"] == before["payload"]
    assert bool(after["payloadUrl"]) == bool(before["payloadUrl"])
    finish(call, second)
    assert again(call, second)["rerunOf"] == second["id"], "a repetition is repeated with a payload of its own"


def test_it_is_the_job_as_it_is_now(call: Call, job: dict[str, Any]) -> None:
    first = started(call, {"cmd": "true"})
    finish(call, first)
    assert call("PUT", "/v1/jobs/team.job", OPEN | {"description": "new"}).status == 200
    assert (first["revision"], again(call, first)["revision"]) == (1, 2)
    assert call("PUT", "/v1/jobs/team.job", OPEN | {"overrides": ["env"]}).status == 200
    assert list(refused(call, {}, f"{RUNS}/{first['id']}/actions/rerun")) == ["/cmd"]


def test_a_run_without_inputs(call: Call, run: dict[str, Any]) -> None:
    finish(call, run)
    assert (again(call, run)["overrides"], again(call, run)["rerunOf"]) == ({}, run["id"])


def test_a_run_of_a_schedule_keeps_its_time(call: Call) -> None:
    nightly = NIGHTLY | {"startingDeadlineSeconds": 10**9, "parameters": {"LEVEL": "debug"}}
    variables = JOB["run"] | {"env": {"LEVEL": "info"}}
    assert call("POST", "/v1/jobs", JOB | {"run": variables, "schedules": [nightly]}).status == 201
    firing = {"jobId": "team.job", "scheduleId": "nightly", "scheduledTime": "2026-01-02T03:00:00Z"}
    dispatch.handler(firing, CONTEXT)
    [first] = call("GET", RUNS).json
    finish(call, first)
    second = again(call, first)
    assert (second["cause"], second["scheduleId"]) == ("CALL", None)
    assert second["scheduledAt"] == first["scheduledAt"]
    assert second["parameters"] == {"LEVEL": "debug"}
    assert told(second)["scheduledTime"] == "2026-01-02T03:00:00+00:00"


def test_an_active_run_and_those_that_are_not_there(call: Call, run: dict[str, Any]) -> None:
    answer = call("POST", f"{RUNS}/{run['id']}/actions/rerun")
    assert (answer.status, answer.json) == (409, {"message": f"Run {run['id']} is active. Stop it first."})
    assert call("POST", f"{RUNS}/x/actions/rerun").json["message"] == "Job Run not found"
    assert call("POST", f"{RUNS}/a-b/actions/rerun").status == 404
    assert call("POST", "/v1/jobs/gone/runs/x/actions/rerun").json == {"id": "gone", "message": "Job not found"}


def test_the_same_key_gives_the_same_repetition(call: Call, job: dict[str, Any]) -> None:
    first = started(call, {"cmd": "true"})
    finish(call, first)
    key = {"headers": {"idempotency-key": "k"}}
    second = again(call, first, **key)
    assert again(call, first, **key) == second
    assert again(call, first)["id"] != second["id"]
    assert len(call("GET", RUNS).json) == 2


def test_a_payload_that_is_no_longer_kept(call: Call, job: dict[str, Any]) -> None:
    first = started(call, {"payload": "x" * 3000})
    finish(call, first)
    boto3.client("s3").delete_object(Bucket=ENVIRONMENT["PAYLOAD_BUCKET"], Key=f"payloads/team.job/{first['id']}.json")
    answer = call("POST", f"{RUNS}/{first['id']}/actions/rerun")
    words = f"The payload of run {first['id']} is no longer kept. Start a new run with a payload."
    assert (answer.status, answer.json) == (409, {"message": words})
