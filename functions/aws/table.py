"""The table: plain dicts in and out of DynamoDB's typed items, and writes that repeat themselves on conflict."""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
Operation = tuple[str, Mapping[str, Any]]  # one of a transaction: ("Put", {"Item": ...})
T = TypeVar("T")
_to_dynamodb = TypeSerializer().serialize
_from_dynamodb = TypeDeserializer().deserialize
_BATCH_GET = 100  # BatchGetItem: at most 100 items
_BATCH_WRITE = 25  # BatchWriteItem: at most 25 items
_CONFLICT_TRIES = 8


class CancelledError(Exception):
    """A transaction's conditions did not hold. `failed` has, by name, the item as it is (empty: no such item)."""

    def __init__(self, failed: Mapping[str, Item]) -> None:
        super().__init__(f"Conditions {sorted(failed)} of the transaction did not hold.")
        self.failed = failed


def pack(values: Mapping[str, Any]) -> Item:
    """A plain dict as DynamoDB wants it; keys with None are left out."""
    return {key: _to_dynamodb(value) for key, value in values.items() if value is not None}


def unpack(item: Mapping[str, Any]) -> Item:
    """DynamoDB's typed item as a plain dict; numbers become int, since we store no other."""
    return {key: _whole(_from_dynamodb(value)) for key, value in item.items()}


def _whole(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(inner) for key, inner in value.items()}
    return value


def is_error(error: ClientError, *codes: str) -> bool:
    """Whether AWS answered with one of these error codes."""
    return error.response["Error"]["Code"] in codes


class Table:
    """DynamoDB's calls on the one table."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self.client = client
        self.name = name

    def get(self, key: Mapping[str, str]) -> Item | None:
        """One item, read consistently."""
        answer = self.client.get_item(TableName=self.name, Key=pack(key), ConsistentRead=True)
        return unpack(answer["Item"]) if "Item" in answer else None

    def get_all(self, keys: Sequence[Mapping[str, str]]) -> list[Item]:
        """The items that exist, read consistently, in no order."""
        found: list[Item] = []
        waiting = [pack(key) for key in keys]
        while waiting:
            now, waiting = waiting[:_BATCH_GET], waiting[_BATCH_GET:]
            answer = self.client.batch_get_item(RequestItems={self.name: {"Keys": now, "ConsistentRead": True}})
            found += [unpack(item) for item in answer["Responses"].get(self.name, [])]
            unprocessed: Mapping[str, Any] = answer["UnprocessedKeys"]
            waiting += unprocessed.get(self.name, {}).get("Keys", [])
        return found

    def page(self, *, limit: int, start: Item | None = None, **request: Any) -> tuple[list[Item], Item | None]:
        """One query: the items found among the next `limit`, and the place to go on from (None: the end)."""
        if start:
            request["ExclusiveStartKey"] = pack(start)
        answer = self.client.query(TableName=self.name, Limit=limit, **request)
        last = answer.get("LastEvaluatedKey")
        return [unpack(item) for item in answer["Items"]], unpack(last) if last else None

    def query(self, **request: Any) -> Iterator[Item]:
        """The items of a query, page by page, as long as the caller goes on."""
        for page in self.client.get_paginator("query").paginate(TableName=self.name, **request):
            yield from (unpack(item) for item in page["Items"])

    def update(self, key: Mapping[str, str], expression: str, condition: str, **request: Any) -> Item | None:
        """Update an item; None if the condition holds, else the item as it is (empty: there is none)."""
        try:
            _repeat_on_conflict(
                lambda: self.client.update_item(
                    TableName=self.name,
                    Key=pack(key),
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **request,
                )
            )
        except ClientError as error:
            if not is_error(error, "ConditionalCheckFailedException"):
                raise
            response: Mapping[str, Any] = error.response
            return unpack(response.get("Item", {}))
        return None

    def delete(self, key: Mapping[str, str], condition: str, **request: Any) -> bool:
        """Delete an item; False if the condition does not hold."""
        try:
            _repeat_on_conflict(
                lambda: self.client.delete_item(
                    TableName=self.name, Key=pack(key), ConditionExpression=condition, **request
                )
            )
        except ClientError as error:
            if not is_error(error, "ConditionalCheckFailedException"):
                raise
            return False
        return True

    def transact(self, operations: Mapping[str, Operation]) -> None:
        """All of the named operations or none; raises CancelledError if a condition does not hold."""
        items: list[Any] = [
            {kind: {"TableName": self.name, "ReturnValuesOnConditionCheckFailure": "ALL_OLD", **request}}
            for kind, request in operations.values()
        ]
        try:
            _repeat_on_conflict(lambda: self.client.transact_write_items(TransactItems=items))
        except self.client.exceptions.TransactionCanceledException as error:
            reasons = error.response.get("CancellationReasons", [])
            failed = {
                name: unpack(reason.get("Item", {}))
                for name, reason in zip(operations, reasons, strict=True)
                if reason["Code"] == "ConditionalCheckFailed"
            }
            if not failed:
                raise
            raise CancelledError(failed) from error

    def delete_all(self, keys: Sequence[Mapping[str, str]]) -> None:
        """Delete items in batches."""
        waiting: list[Any] = [{"DeleteRequest": {"Key": pack(key)}} for key in keys]
        while waiting:
            now, waiting = waiting[:_BATCH_WRITE], waiting[_BATCH_WRITE:]
            answer = self.client.batch_write_item(RequestItems={self.name: now})
            waiting += answer.get("UnprocessedItems", {}).get(self.name, [])


def _repeat_on_conflict(write: Callable[[], T]) -> T:
    """Write again, after a short random wait, while another transaction has the same item in hand.

    Source: DynamoDB Developer Guide, "Transaction conflict handling": the SDKs do not repeat these by themselves.
    """
    tries = 0
    while True:
        try:
            return write()
        except ClientError as error:
            tries += 1
            if tries == _CONFLICT_TRIES or not _is_conflict(error):
                raise
        time.sleep(random.uniform(0, 0.01 * 2**tries))  # noqa: S311 - jitter, not a secret


def _is_conflict(error: ClientError) -> bool:
    response: Mapping[str, Any] = error.response
    codes = {reason["Code"] for reason in response.get("CancellationReasons", [])}
    cancelled = "TransactionConflict" in codes and "ConditionalCheckFailed" not in codes
    return cancelled or is_error(error, "TransactionConflictException")
