"""Executions, on moto and, for what moto does not do, on stubbed answers."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from functions.aws.stepfunctions import StateMachine
from functions.jobs.model.launch_plan import once
from functions.jobs.model.outcome import STOPPED, Ending
from functions.jobs.model.run import Overrides, Run
from functions.settings import Settings
from tests.aws.conftest import make_run
from tests.conftest import ENVIRONMENT, FLEET_STATE_MACHINE, STATE_MACHINE, TASKS_STATE_MACHINE

RUN = make_run()
SEVERAL = replace(RUN, plan=replace(RUN.plan, task_count=12))
FLEET = replace(RUN, plan=replace(RUN.plan, fleet=True, timeout=604_800))
EXECUTION = STATE_MACHINE.replace(":stateMachine:", ":execution:") + f":{RUN.id}"


@pytest.fixture
def stubbed(settings: Settings) -> tuple[StateMachine, Stubber]:
    """A state machine whose next answers the test gives."""
    client = boto3.client("stepfunctions")
    return StateMachine(lambda: client, settings), Stubber(client)


def test_the_execution_has_the_runs_id_as_its_name_and_all_that_it_needs(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    wanted = {
        "jobId": "team.job",
        "runId": RUN.id,
        "scheduledTime": "",
        "environment": [],
        "command": [],
        "cpu": "",
        "memory": "",
        "payload": "",
        "payloadUrl": "",
        "taskDefinition": "arn:definition:1",
        "cluster": "arn:aws:ecs:eu-central-1:123456789012:cluster/runs",
        "capacityProviders": ["FARGATE"],
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["sg-1"],
        "assignPublicIp": "ENABLED",
        "retry": once(),
        "restartDeadline": 253402300799000,
        "attemptTimeout": 99999999,
        "deadline": 253402300799000,
        "taskIndex": 0,
        "taskCount": 1,
    }
    request = {"stateMachineArn": STATE_MACHINE, "name": RUN.id, "input": json.dumps(wanted)}
    stubber.add_response("start_execution", {"executionArn": EXECUTION, "startDate": 0}, request)
    with stubber:
        machine.start(RUN)


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


def test_several_tasks_are_carried_by_the_other_machine(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    arn = TASKS_STATE_MACHINE.replace(":stateMachine:", ":execution:") + f":{RUN.id}"
    stubber.add_response(
        "start_execution",
        {"executionArn": arn, "startDate": 0},
        {"stateMachineArn": TASKS_STATE_MACHINE, "name": RUN.id, "input": ANY},
    )
    stubber.add_response("describe_execution", execution(), {"executionArn": arn})
    stubber.add_response("stop_execution", {"stopDate": 0}, {"executionArn": arn, "error": STOPPED, "cause": "why"})
    with stubber:
        machine.start(SEVERAL)
        assert machine.exists(SEVERAL)
        machine.stop(SEVERAL, "why")
    stubber.assert_no_pending_responses()


@pytest.mark.parametrize(("parallelism", "at_once"), [(None, 12), (3, 3)])
def test_several_tasks_run_all_at_once_unless_the_job_limits_them(
    settings: Settings, parallelism: int | None, at_once: int
) -> None:
    plan = replace(SEVERAL.plan, parallelism=parallelism, tolerated_failures=2)
    given = sent(replace(SEVERAL, plan=plan), settings)
    wanted = {"taskCount": 12, "parallelism": at_once, "toleratedFailures": 2, "runContainer": STATE_MACHINE}
    assert given | wanted == given


def test_a_fleet_run_is_carried_by_the_third_machine(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    arn = FLEET_STATE_MACHINE.replace(":stateMachine:", ":execution:") + f":{RUN.id}"
    stubber.add_response(
        "start_execution",
        {"executionArn": arn, "startDate": 0},
        {"stateMachineArn": FLEET_STATE_MACHINE, "name": RUN.id, "input": ANY},
    )
    stubber.add_response("describe_execution", execution(), {"executionArn": arn})
    stubber.add_response("stop_execution", {"stopDate": 0}, {"executionArn": arn, "error": STOPPED, "cause": "why"})
    stubber.add_response("describe_execution", execution(status="ABORTED"), {"executionArn": arn})
    with stubber:
        machine.start(FLEET)
        assert machine.exists(FLEET)
        machine.stop(FLEET, "why")
        assert machine.ending(FLEET) == Ending(status="ABORTED")
    stubber.assert_no_pending_responses()


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


def execution(**more: object) -> dict[str, object]:
    """What DescribeExecution answers."""
    return {"executionArn": EXECUTION, "stateMachineArn": STATE_MACHINE, "startDate": 0, "status": "RUNNING"} | more


def test_starting_a_run_whose_execution_has_ended_is_no_error(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    stubber.add_client_error("start_execution", "ExecutionAlreadyExists")
    stubber.add_response("describe_execution", execution(input='{"jobId": "team.job"}'))
    with stubber:
        machine.start(RUN)


def test_a_name_of_another_jobs_execution_is_an_error(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    stubber.add_client_error("start_execution", "ExecutionAlreadyExists")
    stubber.add_response("describe_execution", execution(input='{"jobId": "other"}'))
    with stubber, pytest.raises(ClientError):
        machine.start(RUN)


def test_an_execution_that_cannot_be_started_is_an_error(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    stubber.add_client_error("start_execution", "AccessDeniedException")
    with stubber, pytest.raises(ClientError):
        machine.start(RUN)


def test_stopping_an_ended_execution_is_no_error(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    stubber.add_client_error("stop_execution", "ValidationException")
    with stubber:
        machine.stop(RUN, "why")


def test_stopping_an_execution_that_was_never_started_uses_up_its_name(stubbed: tuple[StateMachine, Stubber]) -> None:
    """Otherwise a function that is about to start it would start it after the stop."""
    machine, stubber = stubbed
    stubber.add_client_error("stop_execution", "ExecutionDoesNotExist")
    stubber.add_response("start_execution", {"executionArn": "arn", "startDate": RUN.created_at})
    stubber.add_response("stop_execution", {"stopDate": RUN.created_at})
    with stubber:
        machine.stop(RUN, "why")
    stubber.assert_no_pending_responses()


def test_how_an_execution_ended(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    stubber.add_response("describe_execution", execution())
    stubber.add_client_error("describe_execution", "ExecutionDoesNotExist")
    failed = execution(status="FAILED", error="E", cause="c", stopDate=RUN.created_at)
    stubber.add_response("describe_execution", failed)
    with stubber:
        assert machine.ending(RUN) is None
        assert machine.ending(RUN) is None
        assert machine.ending(RUN) == Ending(status="FAILED", error="E", cause="c", at=RUN.created_at)
