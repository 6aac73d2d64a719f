"""The harsher AWS itself: each of its behaviours, seen by a client."""

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.conftest import ENVIRONMENT, STATE_MACHINE
from tests.harsh.aws import HarshAws, Harshness
from tests.harsh.clock import CALL, MovedClock, SharedClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1})
TABLE = ENVIRONMENT["TABLE_NAME"]
FAMILY: dict[str, Any] = {"family": "f", "containerDefinitions": [{"name": "c", "image": "i", "memory": 1}]}


def install(patch: pytest.MonkeyPatch, clock: MovedClock, *used: Any, **harshness: Any) -> HarshAws:
    """A harsher AWS that does what is named, and nothing else."""
    aws = HarshAws(clock.now, lambda: clock.sleep(CALL), Harshness(**{"conflicts": 0, "losses": 0} | harshness))
    aws.install(patch, used)
    return aws


def put(client: "DynamoDBClient", number: int) -> None:
    item = {"PK": {"S": "JOB#a"}, "SK": {"S": f"RUN#{number}"}, "GSI1PK": {"S": "ACTIVE"}, "GSI1SK": {"S": str(number)}}
    client.put_item(TableName=TABLE, Item=item)


def listed(client: "DynamoDBClient", **more: Any) -> list[str]:
    index: Any = {"IndexName": "GSI1", "KeyConditionExpression": "GSI1PK = :list"}
    answer = client.query(TableName=TABLE, ExpressionAttributeValues={":list": {"S": "ACTIVE"}}, **index, **more)
    return [item["GSI1SK"]["S"] for item in answer["Items"]]


def test_ecs_takes_twenty_task_definitions_and_then_one_a_second(
    aws: None, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, clock)
    ecs = boto3.client("ecs", config=ONCE)
    for _ in range(20):
        ecs.register_task_definition(**FAMILY)
    with pytest.raises(ClientError, match="ThrottlingException"):
        ecs.deregister_task_definition(taskDefinition="f:1")
    clock.sleep(1)
    ecs.deregister_task_definition(taskDefinition="f:1")


def test_an_index_shows_a_write_late(
    dynamodb: "DynamoDBClient", clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, clock, index_lag=1)
    put(dynamodb, 1)
    assert listed(dynamodb) == []
    clock.sleep(1)
    assert listed(dynamodb) == ["1"]
    dynamodb.delete_item(TableName=TABLE, Key={"PK": {"S": "JOB#a"}, "SK": {"S": "RUN#1"}})
    assert listed(dynamodb) == ["1"]
    clock.sleep(1)
    assert listed(dynamodb) == []


def test_pages_are_short_and_lists_begin_with_an_empty_one(
    dynamodb: "DynamoDBClient", clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecs = boto3.client("ecs")
    install(monkeypatch, clock, dynamodb, ecs)
    for number in range(5):
        put(dynamodb, number)
    assert listed(dynamodb) == ["0", "1"]
    ecs.register_task_definition(**FAMILY)
    page = ecs.list_task_definitions(familyPrefix="f")
    assert page["taskDefinitionArns"] == []
    assert len(ecs.list_task_definitions(familyPrefix="f", nextToken=page["nextToken"])["taskDefinitionArns"]) == 1
    keys: list[Any] = [{"PK": {"S": "JOB#a"}, "SK": {"S": f"RUN#{number}"}} for number in range(5)]
    batch = dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": keys}})
    assert (len(batch["Responses"][TABLE]), batch["UnprocessedKeys"][TABLE]["Keys"]) == (3, keys[3:])


def test_transactions_conflict_and_a_lost_answer_is_not_carried_out_twice(
    dynamodb: "DynamoDBClient", clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws, client = install(monkeypatch, clock, conflicts=1), boto3.client("dynamodb", config=ONCE)
    change: Any = {"Key": {"PK": {"S": "a"}, "SK": {"S": "b"}}, "UpdateExpression": "ADD n :one", "TableName": TABLE}
    change |= {"ExpressionAttributeValues": {":one": {"N": "1"}}}
    with pytest.raises(client.exceptions.TransactionCanceledException) as cancelled:
        client.transact_write_items(TransactItems=[{"Update": change}])
    assert cancelled.value.response["CancellationReasons"] == [{"Code": "TransactionConflict"}]
    aws.wire.conflicts, aws.wire.losses = 0, 1
    with pytest.raises(ConnectionClosedError):
        client.transact_write_items(TransactItems=[{"Update": change}], ClientRequestToken="mine")
    client.transact_write_items(TransactItems=[{"Update": change}], ClientRequestToken="mine")
    item = client.get_item(TableName=TABLE, Key=change["Key"])["Item"]
    assert item["n"] == {"N": "1"}


def test_an_execution_is_described_late(aws: None, clock: MovedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    step_functions = boto3.client("stepfunctions", config=ONCE)
    definition = json.dumps({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}})
    step_functions.create_state_machine(name="runs", definition=definition, roleArn="arn:aws:iam::123456789012:role/r")
    install(monkeypatch, clock, description_lag=2, late_ends=True)
    arn = step_functions.start_execution(stateMachineArn=STATE_MACHINE, name="e")["executionArn"]
    with pytest.raises(step_functions.exceptions.ExecutionDoesNotExist):
        step_functions.describe_execution(executionArn=arn)
    clock.sleep(3)
    step_functions.stop_execution(executionArn=arn)
    assert step_functions.describe_execution(executionArn=arn)["status"] == "RUNNING"
    clock.sleep(2)
    assert step_functions.describe_execution(executionArn=arn)["status"] == "ABORTED"


def test_callers_at_once_take_turns_by_the_time() -> None:
    clock, told = SharedClock(), []

    def caller(name: str, seconds: float) -> None:
        for _ in range(2):
            clock.sleep(seconds)
            told.append(name)

    clock.at_once([lambda: caller("slow", 3), lambda: caller("quick", 2)])
    assert told == ["quick", "slow", "quick", "slow"]
