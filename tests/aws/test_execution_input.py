"""What the executions of runs are started with."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from functions.aws.stepfunctions import StateMachine
from functions.jobs.model.launch_plan import once
from functions.jobs.model.run import Overrides, Run
from functions.settings import Settings
from tests.aws.test_executions import EXECUTION, FLEET, RUN, SEVERAL
from tests.conftest import ENVIRONMENT, STATE_MACHINE


def sent(run: Run, settings: Settings) -> dict[str, Any]:
    """The input that the run's execution is started with."""
    texts: list[str] = []
    client = boto3.client("stepfunctions")
    client.meta.events.register(
        "before-parameter-build.sfn.StartExecution", lambda params, **_: texts.append(params["input"])
    )
    with Stubber(client) as stubber:
        stubber.add_response("start_execution", {"executionArn": EXECUTION, "startDate": 0})
        StateMachine(lambda: client, settings).start(run)
    return dict(json.loads(texts[0]))


def test_a_job_decides_where_it_runs_and_how_it_is_retried(settings: Settings) -> None:
    plan = replace(
        RUN.plan,
        capacity_providers=("FARGATE_SPOT", "FARGATE"),
        subnets=("subnet-9",),
        security_groups=("sg-9",),
        assign_public_ip=False,
        retry=once() | {"attempts": 0},
        active_deadline=90,
        attempt_timeout=60,
        timeout=3600,
    )
    created = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
    wanted = {
        "capacityProviders": ["FARGATE_SPOT", "FARGATE"],
        "subnets": ["subnet-9"],
        "securityGroups": ["sg-9"],
        "assignPublicIp": "DISABLED",
        "retry": once() | {"attempts": 0},
        "restartDeadline": 1767323135678,
        "attemptTimeout": 60,
        "deadline": 1767326645678,
    }
    given = sent(replace(RUN, plan=plan, created_at=created), settings)
    assert given | wanted == given


def test_a_run_may_override_its_job(settings: Settings) -> None:
    overrides = Overrides(
        env={"B": "3", "C": "ü"},
        command=("echo", "x"),
        cpu=512,
        memory=1024,
        attempt_timeout=6,
        timeout=10,
        task_definition="arn:definition:tagged",
        payload="[]",
        payload_url="https://bucket/key",
    )
    plan = replace(RUN.plan, attempt_timeout=60, timeout=3600)
    wanted = {
        "environment": [{"Name": "A", "Value": "1"}, {"Name": "B", "Value": "3"}, {"Name": "C", "Value": "ü"}],
        "command": ["echo", "x"],
        "cpu": "512",
        "memory": "1024",
        "payload": "[]",
        "payloadUrl": "https://bucket/key",
        "taskDefinition": "arn:definition:tagged",
        "attemptTimeout": 6,
        "deadline": 1767323055000,
    }
    given = sent(replace(RUN, plan=plan, parameters={"A": "1", "B": "2"}, overrides=overrides), settings)
    assert given | wanted == given


@pytest.mark.parametrize(("parallelism", "at_once"), [(None, 12), (3, 3)])
def test_several_tasks_run_all_at_once_unless_the_job_limits_them(
    settings: Settings, parallelism: int | None, at_once: int
) -> None:
    plan = replace(SEVERAL.plan, parallelism=parallelism, tolerated_failures=2)
    given = sent(replace(SEVERAL, plan=plan), settings)
    wanted = {"taskCount": 12, "parallelism": at_once, "toleratedFailures": 2, "runContainer": STATE_MACHINE}
    assert given | wanted == given


@pytest.mark.parametrize(("timeout", "deadline"), [(None, 1767927845000), (60, 1767323105000)])
def test_a_fleet_runs_execution_gets_its_function_and_its_deadline(
    settings: Settings, timeout: int | None, deadline: int
) -> None:
    assert sent(replace(FLEET, overrides=Overrides(timeout=timeout)), settings) == {
        "jobId": "team.job",
        "runId": RUN.id,
        "deadline": deadline,
        "rollOut": ENVIRONMENT["ROLL_OUT_FUNCTION_ARN"],
    }
