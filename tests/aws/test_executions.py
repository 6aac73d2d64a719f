"""Executions, on moto and, for what moto does not do, on told answers."""

import json
from dataclasses import replace

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws.executions import StateMachine
from functions.jobs.launch_plan import once
from functions.jobs.outcome import Ending
from functions.settings import Settings
from tests.aws.conftest import make_run
from tests.conftest import STATE_MACHINE

RUN = make_run()
EXECUTION = STATE_MACHINE.replace(":stateMachine:", ":execution:") + f":{RUN.id}"


@pytest.fixture
def stubbed(settings: Settings) -> tuple[StateMachine, Stubber]:
    """A state machine whose next answers the test gives."""
    client = boto3.client("stepfunctions")
    return StateMachine(client, STATE_MACHINE, settings.cluster_arn, settings.network), Stubber(client)


def test_the_execution_bears_the_name_of_the_run_and_all_that_it_needs(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    wanted = {
        "jobId": "team.job",
        "runId": RUN.id,
        "scheduledTime": "",
        "environment": [],
        "cluster": "arn:aws:ecs:eu-central-1:123456789012:cluster/runs",
        "taskDefinition": "arn:definition:1",
        "capacityProviders": ["FARGATE"],
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["sg-1"],
        "assignPublicIp": "ENABLED",
        "restart": {"policy": "NEVER", "deadline": ""},
    }
    request = {"stateMachineArn": STATE_MACHINE, "name": RUN.id, "input": json.dumps(wanted)}
    stubber.add_response("start_execution", {"executionArn": EXECUTION, "startDate": 0}, request)
    with stubber:
        machine.start(RUN)


def test_a_job_decides_where_it_runs_and_whether_it_is_started_again(settings: Settings) -> None:
    plan = replace(
        RUN.plan,
        capacity_providers=("FARGATE_SPOT", "FARGATE"),
        subnets=("subnet-9",),
        security_groups=("sg-9",),
        assign_public_ip=False,
        retry=once() | {"attempts": 0},
        active_deadline=90,
    )
    sent: list[str] = []
    client = boto3.client("stepfunctions")
    client.meta.events.register(
        "before-parameter-build.sfn.StartExecution", lambda params, **_: sent.append(params["input"])
    )
    with Stubber(client) as stubber:
        stubber.add_response("start_execution", {"executionArn": EXECUTION, "startDate": 0})
        StateMachine(client, STATE_MACHINE, settings.cluster_arn, settings.network).start(replace(RUN, plan=plan))
    assert json.loads(sent[0]) | {
        "capacityProviders": ["FARGATE_SPOT", "FARGATE"],
        "subnets": ["subnet-9"],
        "securityGroups": ["sg-9"],
        "assignPublicIp": "DISABLED",
        "restart": {"policy": "ON_FAILURE", "deadline": "2026-01-02T03:05:35+00:00"},
    } == json.loads(sent[0])


def execution(**more: object) -> dict[str, object]:
    """What DescribeExecution answers."""
    return {"executionArn": EXECUTION, "stateMachineArn": STATE_MACHINE, "startDate": 0, "status": "RUNNING"} | more


def test_starting_a_run_whose_execution_has_ended_is_no_error(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    stubber.add_client_error("start_execution", "ExecutionAlreadyExists")
    stubber.add_response("describe_execution", execution(input='{"jobId": "team.job"}'))
    with stubber:
        machine.start(RUN)


def test_a_name_that_is_another_jobs_is_an_error(stubbed: tuple[StateMachine, Stubber]) -> None:
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


def test_stopping_what_has_ended_is_no_error(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    stubber.add_client_error("stop_execution", "ValidationException")
    with stubber:
        machine.stop(RUN, "why")


def test_stopping_what_was_never_started_uses_up_its_name(stubbed: tuple[StateMachine, Stubber]) -> None:
    """Else whoever is about to start it would start it after it was stopped."""
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
    stubber.add_response("describe_execution", execution(status="FAILED", error="E", cause="c"))
    with stubber:
        assert machine.ending(RUN) is None
        assert machine.ending(RUN) is None
        assert machine.ending(RUN) == Ending(status="FAILED", error="E", cause="c")
