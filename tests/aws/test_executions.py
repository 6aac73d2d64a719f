"""Executions, on moto and, for what moto does not do, on stubbed answers."""

import json
from dataclasses import replace

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from functions.aws.stepfunctions import StateMachine
from functions.jobs.model.launch_plan import once
from functions.jobs.model.outcome import STOPPED, Ending
from functions.settings import Settings
from tests.aws.conftest import make_run
from tests.conftest import FLEET_STATE_MACHINE, STATE_MACHINE, TASKS_STATE_MACHINE

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


def execution(**more: object) -> dict[str, object]:
    """What DescribeExecution answers."""
    known = {"executionArn": EXECUTION, "stateMachineArn": STATE_MACHINE, "startDate": 0, "status": "RUNNING"}
    return known | {"input": '{"jobId": "team.job"}'} | more


def test_starting_a_run_whose_execution_has_ended_is_no_error(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    stubber.add_client_error("start_execution", "ExecutionAlreadyExists")
    stubber.add_response("describe_execution", execution())
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


def test_the_execution_of_another_job_is_not_the_runs(stubbed: tuple[StateMachine, Stubber]) -> None:
    machine, stubber = stubbed
    for _ in range(2):
        stubber.add_response("describe_execution", execution(status="SUCCEEDED", input='{"jobId": "other"}'))
    with stubber:
        assert machine.ending(RUN) is None
        assert not machine.exists(RUN)


def test_an_execution_that_is_not_shown_yet_is_taken_for_the_runs(stubbed: tuple[StateMachine, Stubber]) -> None:
    """Step Functions API Reference, DescribeExecution: it is eventually consistent."""
    machine, stubber = stubbed
    stubber.add_client_error("start_execution", "ExecutionAlreadyExists")
    stubber.add_client_error("describe_execution", "ExecutionDoesNotExist")
    with stubber:
        machine.start(RUN)
