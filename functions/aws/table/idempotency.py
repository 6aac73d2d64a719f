"""Idempotency keys in the table. The transaction that carries out a request also writes its key."""

from datetime import datetime, timedelta

from functions.aws.table.table import Item, Operation, pack
from functions.jobs.model.idempotency import HOURS, IdempotencyKey, KeyUsedError


def key_key(key: IdempotencyKey) -> dict[str, str]:
    """The table's key of an idempotency key."""
    return {"PK": f"KEY#{key.id}", "SK": "KEY"}


def remember(key: IdempotencyKey, result: str, now: datetime) -> Operation:
    """Keep the result of a request. The condition fails if the key is in use.

    DynamoDB deletes expired items late, so the condition compares the time.
    """
    expires = int((now + timedelta(hours=HOURS)).timestamp())
    item = key_key(key) | {"fingerprint": key.fingerprint, "result": result, "expiresAt": expires}
    return "Put", {
        "Item": pack(item),
        "ConditionExpression": "attribute_not_exists(PK) OR expiresAt < :now",
        "ExpressionAttributeValues": pack({":now": int(now.timestamp())}),
    }


def used(item: Item) -> KeyUsedError:
    """The error that says what a key in use was used for."""
    return KeyUsedError(item["fingerprint"], item["result"])
