"""Idempotency keys in the table. The transaction that carries out a request also writes its key."""

from datetime import datetime, timedelta

from functions.aws.table.table import Item, Operation, moment_of, moment_text, pack
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
    condition, values = "attribute_not_exists(PK) OR expiresAt < :now", {":now": int(now.timestamp())}
    older = {":since": moment_text(key.since)} if key.since else {}
    return "Put", {
        "Item": pack(item | {"usedAt": moment_text(now)}),
        "ConditionExpression": f"{condition} OR usedAt < :since" if older else condition,
        "ExpressionAttributeValues": pack(values | older),
    }


def used(item: Item) -> KeyUsedError:
    """The error that says what a key in use was used for."""
    return KeyUsedError(item["fingerprint"], item["result"], moment_of(item, "usedAt"))
