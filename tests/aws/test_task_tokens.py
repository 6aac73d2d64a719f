"""Executions that wait with a task token get their end once."""

import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws import clients
from functions.aws.stepfunctions import TaskTokens
from tests.aws.fleets import FIRST

GONE = ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"]


@pytest.fixture
def stub(aws: None) -> Iterator[Stubber]:
    """Step Functions with the answers that a test gives; the test must use all of them."""
    with Stubber(clients.stepfunctions()) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def waiting(aws: None) -> TaskTokens:
    """The adapter."""
    return TaskTokens(clients.stepfunctions)


def test_a_success_has_its_output(waiting: TaskTokens, stub: Stubber) -> None:
    output = {"devices": {"SUCCEEDED": 2}, "message": "2 of 2 devices succeeded."}
    stub.add_response("send_task_success", {}, {"taskToken": FIRST, "output": json.dumps(output)})
    assert waiting.succeed(FIRST, output)


def test_a_failure_has_its_error_and_cause_up_to_their_limits(waiting: TaskTokens, stub: Stubber) -> None:
    said = {"taskToken": FIRST, "error": "Shiftwork.DevicesFailed", "cause": "1 of 2 devices failed."}
    stub.add_response("send_task_failure", {}, said)
    assert waiting.fail(FIRST, said["error"], said["cause"])
    stub.add_response("send_task_failure", {}, {"taskToken": FIRST, "error": "e" * 256, "cause": "c" * 32_768})
    assert waiting.fail(FIRST, "e" * 300, "c" * 40_000)


@pytest.mark.parametrize("code", GONE)
def test_an_execution_that_no_longer_waits_is_no_error(waiting: TaskTokens, stub: Stubber, code: str) -> None:
    stub.add_client_error("send_task_success", code)
    assert not waiting.succeed(FIRST, {})
    stub.add_client_error("send_task_failure", code)
    assert not waiting.fail(FIRST, "error", "cause")


@pytest.mark.parametrize("code", ["AccessDeniedException", "InvalidOutput"])
def test_any_other_refusal_is_an_error(waiting: TaskTokens, stub: Stubber, code: str) -> None:
    stub.add_client_error("send_task_success", code)
    with pytest.raises(ClientError, match=code):
        waiting.succeed(FIRST, {})
