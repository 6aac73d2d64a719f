"""`waitingFor` of a run: what ECS says while it starts no task, over HTTP."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions.aws import clients
from functions.events import track
from tests.api.conftest import CONTEXT, JOB, RUNS, Call, task_of
from tests.aws_answers import answering, refusing
from tests.conftest import ENVIRONMENT
from tests.state_machines.test_waiting import NO_VCPUS, unplaced

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REFUSED = {
    "type": "TaskSubmitFailed",
    "taskSubmitFailedEventDetails": dict(zip(("error", "cause"), unplaced(NO_VCPUS).args, strict=True)),
}
QUOTA = f"The account's quota of Fargate: {NO_VCPUS}"


def age(dynamodb: "DynamoDBClient", run: dict[str, Any]) -> None:
    """Let the run's half minute pass in which nobody looks."""
    dynamodb.update_item(
        TableName=ENVIRONMENT["TABLE_NAME"],
        Key={"PK": {"S": f"JOB#{run['jobId']}"}, "SK": {"S": f"RUN#{run['id']}"}},
        UpdateExpression="SET createdAt = :old",
        ExpressionAttributeValues={":old": {"S": "2026-01-02T03:04:05+00:00"}},
    )


def read(call: Call, run: dict[str, Any]) -> dict[str, Any]:
    return dict(call("GET", f"{RUNS}/{run['id']}").json)


def test_a_run_beyond_the_quota_says_so_until_its_task_starts(
    call: Call, run: dict[str, Any], dynamodb: "DynamoDBClient", aws_calls: list[str]
) -> None:
    with answering(clients.stepfunctions(), "GetExecutionHistory", events=[{"type": "WaitStateEntered"}, REFUSED]):
        assert "waitingFor" not in read(call, run)
        assert aws_calls == ["GetItem"], "its first half minute costs no look into the history"
        age(dynamodb, run)
        assert read(call, run)["waitingFor"] == QUOTA
        assert "waitingFor" not in call("GET", RUNS).json[0]
        track.handler({"detail": task_of(run)}, CONTEXT)
        aws_calls.clear()
        assert "waitingFor" not in read(call, run)
        assert aws_calls == ["GetItem"]


def test_a_run_whose_last_attempt_has_ended_waits_for_the_next_one(
    call: Call, run: dict[str, Any], dynamodb: "DynamoDBClient"
) -> None:
    age(dynamodb, run)
    ended = task_of(run, "STOPPED", 5, stopCode="EssentialContainerExited", stoppedAt="2026-01-02T03:04:10Z")
    track.handler({"detail": ended}, CONTEXT)
    with answering(clients.stepfunctions(), "GetExecutionHistory", events=[REFUSED]):
        assert read(call, run)["waitingFor"] == QUOTA
        call("POST", f"{RUNS}/{run['id']}/actions/stop")
        assert "waitingFor" not in read(call, run)


def test_the_first_task_answers_for_a_run_of_several(call: Call, dynamodb: "DynamoDBClient") -> None:
    call("POST", "/v1/jobs", JOB | {"run": JOB["run"] | {"taskCount": 3}})
    run = call("POST", RUNS).json
    age(dynamodb, run)
    asked: list[str] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(json.loads(params["body"])["executionArn"].rsplit(":", 1)[1])

    clients.stepfunctions().meta.events.register_first("before-call.stepfunctions.GetExecutionHistory", note)
    with answering(clients.stepfunctions(), "GetExecutionHistory", events=[REFUSED]):
        assert read(call, run)["waitingFor"] == QUOTA
    assert asked == [f"{run['id']}-0"]


@pytest.mark.parametrize("code", ["ThrottlingException", "ExecutionDoesNotExist"])
def test_a_run_is_read_without_it_if_its_history_cannot_be(
    call: Call, run: dict[str, Any], dynamodb: "DynamoDBClient", code: str
) -> None:
    age(dynamodb, run)
    with refusing(clients.stepfunctions(), "GetExecutionHistory", code):
        assert "waitingFor" not in read(call, run)
