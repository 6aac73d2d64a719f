"""The table: plain dicts in and out of DynamoDB's typed items, and writes that repeat themselves on conflict."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
Operation = tuple[str, Mapping[str, Any]]  # one of a transaction: ("Put", {"Item": ...})
T = TypeVar("T")
_PAUSE = 0.2  # seconds at most, before what a throttled batch left over is asked for again
_to_dynamodb = TypeSerializer().serialize
_from_dynamodb = TypeDeserializer().deserialize
_BATCH_GET = 100  # BatchGetItem: at most 100 items
_BATCH_WRITE = 25  # BatchWriteItem: at most 25 items
_TRIES = 8
# Seconds, doubled with each try: a throttled table needs longer than another transaction.
_WAITS = {"ThrottlingError": 0.05, "ProvisionedThroughputExceeded": 0.05, "TransactionConflict": 0.01}


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


def no_item(key: Mapping[str, str]) -> Operation:
    """In a transaction: that there is no such item."""
    return "ConditionCheck", {"Key": pack(key), "ConditionExpression": "attribute_not_exists(PK)"}


def is_error(error: ClientError, *codes: str) -> bool:
    """Whether AWS answered with one of these error codes."""
    return error.response["Error"]["Code"] in codes


class Table:
    """DynamoDB's calls on the one table. An item whose time is over is as good as deleted.

    Source: DynamoDB Developer Guide, "Using time to live": it is deleted within a few days, until then it is found.
    """

    def __init__(
        self, client: Callable[[], "DynamoDBClient"], name: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.client = client
        self.name = name
        self.clock = clock

    def get(self, key: Mapping[str, str], **request: Any) -> Item | None:
        """One item, read consistently."""
        answer = self.client().get_item(TableName=self.name, Key=pack(key), ConsistentRead=True, **request)
        return next(self._living([answer["Item"]]), None) if "Item" in answer else None

    def get_all(self, keys: Sequence[Mapping[str, str]], *, expired: bool = False) -> list[Item]:
        """The items that exist, read consistently, in no order; `expired`: also those whose time is over."""
        found: list[Item] = []
        waiting = [pack(key) for key in keys]
        while waiting:
            now, waiting = waiting[:_BATCH_GET], waiting[_BATCH_GET:]
            answer = self.client().batch_get_item(RequestItems={self.name: {"Keys": now, "ConsistentRead": True}})
            items = answer["Responses"].get(self.name, [])
            found += map(unpack, items) if expired else self._living(items)
            unprocessed: Mapping[str, Any] = answer["UnprocessedKeys"]
            left = unprocessed.get(self.name, {}).get("Keys", [])
            waiting += left
            if left:
                _wait(_PAUSE)
        return found

    def page(self, *, limit: int, start: Item | None = None, **request: Any) -> tuple[list[Item], Item | None]:
        """One query: the items found among the next `limit`, and the place to go on from (None: the end)."""
        if start:
            request["ExclusiveStartKey"] = pack(start)
        answer = self.client().query(TableName=self.name, Limit=limit, **request)
        last = answer.get("LastEvaluatedKey")
        return list(self._living(answer["Items"])), unpack(last) if last else None

    def query(self, **request: Any) -> Iterator[Item]:
        """The items of a query, page by page, as long as the caller goes on."""
        for page in self.client().get_paginator("query").paginate(TableName=self.name, **request):
            yield from self._living(page["Items"])

    def is_living(self, item: Item) -> bool:
        """Whether the item's time is not over."""
        now = self.clock()
        return bool(item.get("expiresAt", now + 1) > now)

    def _living(self, items: Iterable[Mapping[str, Any]]) -> Iterator[Item]:
        return filter(self.is_living, map(unpack, items))

    def update(self, key: Mapping[str, str], expression: str, condition: str, **request: Any) -> Item | None:
        """Update an item; None if the condition holds, else the item as it is (empty: there is none)."""
        return self._if(self.client().update_item, key, condition, {"UpdateExpression": expression, **request})

    def delete(self, key: Mapping[str, str], condition: str, **request: Any) -> Item | None:
        """Delete an item; None if the condition holds, else the item as it is (empty: there is none)."""
        return self._if(self.client().delete_item, key, condition, request)

    def _if(
        self, write: Callable[..., Any], key: Mapping[str, str], condition: str, request: Mapping[str, Any]
    ) -> Item | None:
        more = {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        try:
            _repeat(lambda: write(TableName=self.name, Key=pack(key), **more, **request))
        except ClientError as error:
            if not is_error(error, "ConditionalCheckFailedException"):
                raise
            response: Mapping[str, Any] = error.response
            return unpack(response.get("Item", {}))
        return None

    def transact(self, operations: Mapping[str, Operation]) -> None:
        """All of the named operations or none; raises CancelledError if a condition does not hold."""
        items: list[Any] = [
            {kind: {"TableName": self.name, "ReturnValuesOnConditionCheckFailure": "ALL_OLD", **request}}
            for kind, request in operations.values()
        ]
        try:
            _repeat(lambda: self.client().transact_write_items(TransactItems=items))
        except self.client().exceptions.TransactionCanceledException as error:
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
            answer = self.client().batch_write_item(RequestItems={self.name: now})
            left = answer.get("UnprocessedItems", {}).get(self.name, [])
            waiting += left
            if left:
                _wait(_PAUSE)


def _repeat(write: Callable[[], T]) -> T:
    """Write again, after a random wait, while another transaction has the same item in hand or DynamoDB throttles.

    Sources: DynamoDB Developer Guide, "Transaction conflict handling"; API Reference, TransactWriteItems. What a
    cancelled transaction says in its reasons the SDKs do not repeat by themselves.
    """
    tries = 0
    while True:
        try:
            return write()
        except ClientError as error:
            tries += 1
            longest = _WAITS.get(_obstacle(error))
            if tries == _TRIES or longest is None:
                raise
        _wait(longest * 2**tries)


def _obstacle(error: ClientError) -> str:
    """What else than a condition stands against a write; empty if nothing does."""
    response: Mapping[str, Any] = error.response
    codes = {reason["Code"] for reason in response.get("CancellationReasons", [])}
    if is_error(error, "TransactionConflictException"):
        codes.add("TransactionConflict")
    return "" if "ConditionalCheckFailed" in codes else next((code for code in _WAITS if code in codes), "")


def _wait(longest: float) -> None:
    time.sleep(random.uniform(0, longest))  # noqa: S311 - jitter, not a secret
