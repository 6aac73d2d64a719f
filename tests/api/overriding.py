"""Jobs whose runs may have much otherwise, and what their executions are told."""

import json
from typing import Any

import boto3
import pytest

from tests.api.conftest import JOB, RUNS, Answer, Call
from tests.conftest import ENVIRONMENT, REGION, STATE_MACHINE

RUN: dict[str, Any] = JOB["run"] | {"docker": {"image": "registry:5000/team/app:1"}, "env": {"LEVEL": "info"}}
OPEN: dict[str, Any] = JOB | {
    "run": RUN,
    "overrides": ["env", "cmd", "cpus", "mem", "timeout", "imageTag"],
    "parameters": {"DAY": {"allowed": ["monday", "friday"]}, "PLACE": {}},
    "payload": "OPTIONAL",
}


@pytest.fixture
def job(call: Call) -> dict[str, Any]:
    """A job whose runs may have everything otherwise, and a bucket for payloads."""
    where: Any = {"LocationConstraint": REGION}
    boto3.client("s3").create_bucket(Bucket=ENVIRONMENT["PAYLOAD_BUCKET"], CreateBucketConfiguration=where)
    saved = call("POST", "/v1/jobs", OPEN)
    assert saved.status == 201, saved.text
    return dict(saved.json)


def started(call: Call, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The run of the job that this body starts."""
    answer: Answer = call("POST", RUNS, body, **more)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def refused(call: Call, body: dict[str, Any], path: str = RUNS) -> dict[str, str]:
    """What was wrong with it: path to sentence. Nothing was written."""
    before = len(call("GET", RUNS).json)
    answer: Answer = call("POST", path, body)
    assert answer.status == 422, answer.text
    assert len(call("GET", RUNS).json) == before
    return {detail["path"]: detail["errors"][0] for detail in answer.json["details"]}


def told(run: dict[str, Any]) -> dict[str, Any]:
    """The input of a run's execution."""
    execution = f"{STATE_MACHINE.replace(':stateMachine:', ':execution:')}:{run['id']}"
    return dict(json.loads(boto3.client("stepfunctions").describe_execution(executionArn=execution)["input"]))


def finish(call: Call, run: dict[str, Any]) -> None:
    """End a run."""
    assert call("POST", f"{RUNS}/{run['id']}/actions/stop").status == 200
