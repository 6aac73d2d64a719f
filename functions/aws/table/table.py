"""DynamoDB's calls on the one table: plain dicts instead of typed items, conditional writes, batches."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
Operation = tuple[str, Mapping[str, Any]]  # one operation of a transaction, such as ("Put", {"Item": ...})
_PAUSE = 0.2  # seconds, the longest wait before the rest of a throttled batch is sent again
_to_dynamodb = TypeSerializer().serialize
_from_dynamodb = TypeDeserializer().deserialize
_BATCH_GET = 100  # BatchGetItem: at most 100 items
_BATCH_WRITE = 25  # BatchWriteItem: at most 25 items


class CancelledError(Exception):
    """A transaction was refused because conditions did not hold.

    `failed` maps the name of each such operation to the item as it is now; an empty dict means that there is no item.
    """

    def __init__(self, failed: Mapping[str, Item]) -> None:
        super().__init__(f"Conditions {sorted(failed)} of the transaction did not hold.")
        self.failed = failed


def job_key(job_id: str) -> dict[str, str]:
    """The key of a job's item."""
    return {"PK": f"JOB#{job_id}", "SK": "JOB"}


def state_key(job_id: str) -> dict[str, str]:
    """The key of a job's state: an item of its own, because it changes with each run and lists of jobs omit it."""
    return {"PK": f"JOB#{job_id}", "SK": "STATE"}


def run_key(job_id: str, run_id: str) -> dict[str, str]:
    """The key of a run. The runs of a job sort by time."""
    return {"PK": f"JOB#{job_id}", "SK": f"RUN#{run_id}"}


def skip_key(job_id: str, run_id: str) -> dict[str, str]:
    """The key of a skip. It has the id that the run would have had."""
    return {"PK": f"JOB#{job_id}", "SK": f"SKIP#{run_id}"}


def deletion_key(job_id: str) -> dict[str, str]:
    """The key of the item that keeps the id of a deleted job in use."""
    return {"PK": f"JOB#{job_id}", "SK": "DELETION"}


def group_key(group: str) -> dict[str, str]:
    """The key of a group."""
    return {"PK": f"GROUP#{group}", "SK": "GROUP"}


def pack(values: Mapping[str, Any]) -> Item:
    """Convert a plain dict to a typed item; keys whose value is None are left out."""
    return {key: _to_dynamodb(value) for key, value in values.items() if value is not None}


def unpack(item: Mapping[str, Any]) -> Item:
    """Convert a typed item to a plain dict; numbers become int, because the table has no others."""
    return {key: _whole(_from_dynamodb(value)) for key, value in item.items()}


def _whole(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(inner) for key, inner in value.items()}
    return value


def moment_of(item: Item, name: str) -> datetime | None:
    """The time in an attribute that may be absent."""
    return datetime.fromisoformat(item[name]) if name in item else None


def moment_text(moment: datetime | None) -> str | None:
    """A time as an attribute, in UTC, so that times compare as texts; None stays None."""
    return moment.astimezone(UTC).isoformat() if moment else None


def no_item(key: Mapping[str, str]) -> Operation:
    """The condition that there is no item with this key, as an operation of a transaction."""
    return "ConditionCheck", {"Key": pack(key), "ConditionExpression": "attribute_not_exists(PK)"}


def is_error(error: ClientError, *codes: str) -> bool:
    """Whether AWS answered with one of these error codes."""
    return error.response["Error"]["Code"] in codes


class Table:
    """Reads and writes the items of the one table. It treats an expired item as deleted.

    Source: DynamoDB Developer Guide, "Using time to live": DynamoDB deletes an expired item within a few days, and
    until then reads still find it.
    """

    def __init__(
        self, client: Callable[[], "DynamoDBClient"], name: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.client = client
        self.name = name
        self.clock = clock

    def get(self, key: Mapping[str, str], **request: Any) -> Item | None:
        """Read one item consistently; None if there is none."""
        answer = self.client().get_item(TableName=self.name, Key=pack(key), ConsistentRead=True, **request)
        return next(self._living([answer["Item"]]), None) if "Item" in answer else None

    def get_all(self, keys: Sequence[Mapping[str, str]], *, expired: bool = False) -> list[Item]:
        """Read those of the items that exist, consistently, in no order; with `expired`, expired ones too."""
        found: list[Item] = []
        rest = [pack(key) for key in keys]
        while rest:
            batch, rest = rest[:_BATCH_GET], rest[_BATCH_GET:]
            answer = self.client().batch_get_item(RequestItems={self.name: {"Keys": batch, "ConsistentRead": True}})
            items = answer["Responses"].get(self.name, [])
            found += map(unpack, items) if expired else self._living(items)
            unprocessed: Mapping[str, Any] = answer["UnprocessedKeys"]
            left = unprocessed.get(self.name, {}).get("Keys", [])
            rest += left
            if left:
                _wait(_PAUSE)
        return found

    def page(self, *, limit: int, start: Item | None = None, **request: Any) -> tuple[list[Item], Item | None]:
        """Send one query: the items found among the next `limit`, and the place to continue from (None: the end)."""
        if start:
            request["ExclusiveStartKey"] = pack(start)
        answer = self.client().query(TableName=self.name, Limit=limit, **request)
        last = answer.get("LastEvaluatedKey")
        return list(self._living(answer["Items"])), unpack(last) if last else None

    def query(self, **request: Any) -> Iterator[Item]:
        """The items of a query. Each page is read when the caller gets to it."""
        for page in self.client().get_paginator("query").paginate(TableName=self.name, **request):
            yield from self._living(page["Items"])

    def is_living(self, item: Item) -> bool:
        """Whether the item has not expired."""
        now = self.clock()
        return bool(item.get("expiresAt", now + 1) > now)

    def _living(self, items: Iterable[Mapping[str, Any]]) -> Iterator[Item]:
        return filter(self.is_living, map(unpack, items))

    def update(self, key: Mapping[str, str], expression: str, condition: str, **request: Any) -> Item | None:
        """Update an item if the condition holds; None if it did, else the item as it is (empty: there is none)."""
        return self._if(self.client().update_item, key, condition, {"UpdateExpression": expression, **request})

    def delete(self, key: Mapping[str, str], condition: str, **request: Any) -> Item | None:
        """Delete an item if the condition holds; None if it did, else the item as it is (empty: there is none)."""
        return self._if(self.client().delete_item, key, condition, request)

    def _if(
        self, write: Callable[..., Any], key: Mapping[str, str], condition: str, request: Mapping[str, Any]
    ) -> Item | None:
        more = {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        try:
            write(TableName=self.name, Key=pack(key), **more, **request)
        except ClientError as error:
            if not is_error(error, "ConditionalCheckFailedException"):
                raise
            response: Mapping[str, Any] = error.response
            return unpack(response.get("Item", {}))
        return None

    def transact(self, operations: Mapping[str, Operation]) -> None:
        """Carry out all of the named operations or none; raises CancelledError if a condition does not hold."""
        items: list[Any] = [
            {kind: {"TableName": self.name, "ReturnValuesOnConditionCheckFailure": "ALL_OLD", **request}}
            for kind, request in operations.values()
        ]
        try:
            self.client().transact_write_items(TransactItems=items)
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
        rest: list[Any] = [{"DeleteRequest": {"Key": pack(key)}} for key in keys]
        while rest:
            batch, rest = rest[:_BATCH_WRITE], rest[_BATCH_WRITE:]
            answer = self.client().batch_write_item(RequestItems={self.name: batch})
            left = answer.get("UnprocessedItems", {}).get(self.name, [])
            rest += left
            if left:
                _wait(_PAUSE)


def _wait(longest: float) -> None:
    time.sleep(random.uniform(0, longest))  # noqa: S311 - jitter, not a secret
