"""What is waited for, how long, and what is said if it does not end."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from infra.destroy.progress import DestroyError
from tests.api.conftest import JOB, SCHEDULES, Call
from tests.conftest import STATE_MACHINE
from tests.destroy.at_work import schedules
from tests.destroy.conftest import Deployment


class Deaf:
    """Step Functions that takes a stop and does nothing."""

    def __init__(self) -> None:
        self._real: Any = boto3.client("stepfunctions")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def stop_execution(self, **_: Any) -> None:
        """Nothing."""


def test_what_does_not_end_is_named_and_the_stack_stays(deployment: Deployment, call: Call) -> None:
    assert call("POST", "/v1/jobs", JOB).status == 201
    assert call("POST", SCHEDULES, {"id": "nightly", "cron": "0 3 * * *"}).status == 201
    started = boto3.client("stepfunctions").start_execution(stateMachineArn=STATE_MACHINE, name="stuck", input="{}")
    deployment.others["stepfunctions"] = Deaf()
    begun = deployment.clock.now()
    with pytest.raises(DestroyError, match="1 execution left, and none has ended for 10 minutes") as stuck:
        deployment.destroy()
    assert started["executionArn"] in str(stuck.value)
    assert "POST /v1/deployment/actions/resume" in str(stuck.value)
    assert deployment.cdk_calls == 0
    assert 600 < deployment.clock.now() - begun < 700
    assert schedules() == ["team.job_nightly"], "a deployment that stays keeps its schedules"
    waiting = [line for line in deployment.said if line.startswith("  ")]
    assert 60 < len(waiting) <= 1 + 610 / 5, "one line every five seconds at most"


def test_an_ecs_task_that_is_being_stopped_is_waited_for(deployment: Deployment, call: Call) -> None:
    """It holds a network interface although its desired status is STOPPED."""
    ends = deployment.clock.now() + 60
    deployment.others["ecs"] = Ecs(lambda: "STOPPED" if deployment.clock.now() > ends else "DEPROVISIONING")
    assert deployment.destroy() == 0
    assert ends < deployment.clock.now() < ends + 30
    assert any(line.startswith("  1 ECS task left after") for line in deployment.said)


class Ecs:
    """ECS with one task that is being stopped."""

    def __init__(self, status: Callable[[], str]) -> None:
        self._real: Any = boto3.client("ecs")
        self._status = status

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get_paginator(self, operation: str) -> Any:
        """The pages of the task; else ECS's."""
        return self if operation == "list_tasks" else self._real.get_paginator(operation)

    def paginate(self, desiredStatus: str, **_: Any) -> Any:
        """The task is in the list of what is to be stopped."""
        return [{"taskArns": ["arn:task"] if desiredStatus == "STOPPED" else []}]

    def describe_tasks(self, **_: Any) -> Any:
        """The task."""
        return {"tasks": [{"taskArn": "arn:task", "lastStatus": self._status()}]}

    def stop_task(self, **_: Any) -> None:
        """It is being stopped already."""
