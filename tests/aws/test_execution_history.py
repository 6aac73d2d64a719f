"""The last request for an ECS task, found in the history of an execution, on stubbed answers."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from functions.aws.execution_history import ExecutionHistory
from functions.settings import Settings
from tests.aws.conftest import make_run
from tests.conftest import STATE_MACHINE

RUN = make_run()
ASKED = {
    "executionArn": STATE_MACHINE.replace(":stateMachine:", ":execution:") + f":{RUN.id}",
    "reverseOrder": True,
    "maxResults": 20,
}
DETAILS = {"resourceType": "ecs", "resource": "runTask.sync", "error": "ECS.ServerException", "cause": "why"}


def event(kind: str, **details: Any) -> dict[str, Any]:
    return {"timestamp": 0, "type": kind, "id": 1, **details}


@pytest.fixture
def stubbed(settings: Settings) -> tuple[ExecutionHistory, Stubber]:
    """A history whose pages the test gives."""
    client = boto3.client("stepfunctions")
    return ExecutionHistory(lambda: client, settings), Stubber(client)


def found(stubbed: tuple[ExecutionHistory, Stubber], *pages: list[dict[str, Any]]) -> tuple[str, str] | None:
    """The last refusal in these pages, all of which were asked for."""
    history, stubber = stubbed
    for number, page in enumerate(pages):
        last = number == len(pages) - 1
        answer = {"events": page} | ({} if last else {"nextToken": f"token{number}"})
        stubber.add_response(
            "get_execution_history", answer, ASKED | ({"nextToken": f"token{number - 1}"} if number else {})
        )
    with stubber:
        refusal = history.last_refusal(RUN, 0)
    stubber.assert_no_pending_responses()
    return refusal


@pytest.mark.parametrize("kind", ["TaskFailed", "TaskSubmitFailed", "TaskStartFailed"])
def test_the_newest_failure_is_the_last_refusal(stubbed: tuple[ExecutionHistory, Stubber], kind: str) -> None:
    details = {f"{kind[:1].lower()}{kind[1:]}EventDetails": DETAILS}
    page = [event("TaskScheduled"), event("WaitStateExited"), event(kind, **details), event("TaskSubmitted")]
    assert found(stubbed, page) == ("ECS.ServerException", "why")


def test_a_task_that_was_placed_is_no_refusal(stubbed: tuple[ExecutionHistory, Stubber]) -> None:
    refused = event("TaskFailed", taskFailedEventDetails=DETAILS)
    assert found(stubbed, [event("TaskSubmitted"), refused]) is None


def test_an_empty_page_with_a_token_is_not_the_end(stubbed: tuple[ExecutionHistory, Stubber]) -> None:
    refused = event("TaskFailed", taskFailedEventDetails=DETAILS)
    assert found(stubbed, [], [event("WaitStateEntered")], [refused]) == ("ECS.ServerException", "why")


def test_an_execution_that_has_just_begun_has_no_refusal(stubbed: tuple[ExecutionHistory, Stubber]) -> None:
    assert found(stubbed, [event("TaskScheduled"), event("ExecutionStarted")]) is None
