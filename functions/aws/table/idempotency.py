"""Idempotency keys as items of the table, each written in the transaction that carries its request out."""

from datetime import datetime, timedelta

from functions.aws.table.table import Item, Operation, pack
from functions.jobs.model.idempotency import HOURS, IdempotencyKey, KeyUsedError


def key_key(key: IdempotencyKey) -> dict[str, str]:
    """The key of a key's item."""
    return {"PK": f"KEY#{key.id}", "SK": "KEY"}


def remember(key: IdempotencyKey, result: str, now: datetime) -> Operation:
    """Keep what came of a request; its condition fails if the key is in use. TTL deletes late, so it asks the time."""
    forgotten = int((now + timedelta(hours=HOURS)).timestamp())
    item = key_key(key) | {"fingerprint": key.fingerprint, "result": result, "expiresAt": forgotten}
    return "Put", {
        "Item": pack(item),
        "ConditionExpression": "attribute_not_exists(PK) OR expiresAt < :now",
        "ExpressionAttributeValues": pack({":now": int(now.timestamp())}),
    }


def used(item: Item) -> KeyUsedError:
    """What a key in use stands for."""
    return KeyUsedError(item["fingerprint"], item["result"])
