"""A deployment at work, and what of it is there."""

import boto3

from tests.api.conftest import JOB, Call
from tests.api.firings import fire, schedule
from tests.conftest import STATE_MACHINE
from tests.destroy.formation import NAME

EVENT = {"id": "heard", "pattern": {"source": ["shop"]}}


def at_work(call: Call) -> None:
    """Two active runs, a waiting firing, a schedule and an event rule; a job without a group."""
    assert call("POST", "/v1/jobs", JOB | {"events": [EVENT]}).status == 201
    schedule(call, "QUEUE")
    assert [fire(), fire(1)] == ["run", "waits"]
    assert call("POST", "/v1/jobs", JOB | {"id": "alone"}).status == 201
    assert call("POST", "/v1/jobs/alone/runs").status == 201


def running() -> list[str]:
    """The names of the executions that run."""
    found = boto3.client("stepfunctions").list_executions(stateMachineArn=STATE_MACHINE, statusFilter="RUNNING")
    return [one["name"] for one in found["executions"]]


def rules() -> list[str]:
    return [rule["Name"] for rule in boto3.client("events").list_rules()["Rules"]]


def schedules() -> list[str]:
    return [one["Name"] for one in boto3.client("scheduler").list_schedules(GroupName=NAME)["Schedules"]]


def definitions() -> list[str]:
    return boto3.client("ecs").list_task_definitions(status="ACTIVE")["taskDefinitionArns"]
