"""Conflicts, throttling and unprocessed items of the table."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws.passing_errors import is_passing
from functions.aws.table.table import CancelledError, Table

REFUSED = {"CancellationReasons": [{"Code": "ConditionalCheckFailed", "Item": {"runId": {"S": "r"}}}]}


@pytest.fixture
def stubbed() -> tuple[Table, Stubber]:
    """A table whose next answers the test gives."""
    client = boto3.client("dynamodb")
    return Table(lambda: client, "t"), Stubber(client)


def cancel(stubber: Stubber, modeled: dict[str, Any]) -> None:
    stubber.add_client_error("transact_write_items", "TransactionCanceledException", modeled_fields=modeled)


def put(table: Table) -> None:
    table.transact({"run": ("Put", {"Item": {"PK": {"S": "a"}}})})


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_write_is_retried_on_conflict_and_throttling(code: str) -> None:
    cancelled: dict[str, Any] = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
    reasons = [{"Code": "None"}, {"Code": code}]
    assert is_passing("dynamodb", cancelled | {"CancellationReasons": reasons}, 400)
    reasons.append({"Code": "ConditionalCheckFailed"})
    assert not is_passing("dynamodb", cancelled | {"CancellationReasons": reasons}, 400), "it would fail again"


def test_a_condition_that_does_not_hold_is_final_and_shows_the_item(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    cancel(stubber, REFUSED)
    with stubber, pytest.raises(CancelledError) as cancelled:
        put(table)
    assert cancelled.value.failed == {"run": {"runId": "r"}}


def test_any_other_cause_propagates(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    cancel(stubber, {"CancellationReasons": [{"Code": "ItemCollectionSizeLimitExceeded"}]})
    with stubber, pytest.raises(ClientError):
        put(table)


def test_unprocessed_items_are_requested_again(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    rest = [{"PK": {"S": "b"}}]
    stubber.add_response(
        "batch_get_item",
        {"Responses": {"t": [{"PK": {"S": "a"}}]}, "UnprocessedKeys": {"t": {"Keys": rest}}},
    )
    stubber.add_response("batch_get_item", {"Responses": {"t": rest}, "UnprocessedKeys": {}})
    with stubber:
        assert table.get_all([{"PK": "a"}, {"PK": "b"}]) == [{"PK": "a"}, {"PK": "b"}]
