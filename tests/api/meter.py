"""What DynamoDB bills for writes: request units, by the items before and after each call."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import boto3

from functions.aws import clients
from tests.conftest import ENVIRONMENT

TRANSACTION = "TransactWriteItems"
WRITES = {TRANSACTION, "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}
# The attributes of each index beside the keys of the table; None: all (infra/storage.py).
INDEXES: dict[str, set[str] | None] = {"GSI1": None, "GSI2": {"GSI2PK", "GSI2SK", "status", "jobId", "labels"}}
Items = dict[tuple[str, str], dict[str, Any]]


@dataclass
class Meter:
    """What was billed: write units, and the changes of run items, which the table's stream reports."""

    units: int = 0
    changes: list[tuple[Any, Any]] = field(default_factory=list)
    before: Items = field(default_factory=dict)

    def note(self, operation: str, after: Items) -> None:
        """Count a call. Items that a transaction writes cost twice (DynamoDB Developer Guide, "Capacity unit
        consumption for write operations"); each index that changes costs a write, two if the item moves in it."""
        for key in {*self.before, *after}:
            old, new = self.before.get(key), after.get(key)
            if old == new:
                continue
            self.units += _units(old, new) * (2 if operation == TRANSACTION else 1)
            self.units += sum(_of_index(name, old, new) for name in INDEXES)
            if key[1].startswith("RUN#"):
                self.changes.append((old, new))

    def records(self) -> list[dict[str, Any]]:
        """The changes of run items as Lambda gets them from the table's stream."""
        return [_record(number, old, new) for number, (old, new) in enumerate(self.changes)]


@contextmanager
def metered() -> Iterator[Meter]:
    """Count the writes of the functions, each by a look at the whole table before and after it."""
    meter, looks = Meter(), boto3.client("dynamodb")

    def look() -> Items:
        found = looks.scan(TableName=ENVIRONMENT["TABLE_NAME"])["Items"]
        return {(item["PK"]["S"], item["SK"]["S"]): item for item in found}

    def before(model: Any, **_: Any) -> None:
        if model.name in WRITES:
            meter.before = look()

    def after(model: Any, **_: Any) -> None:
        if model.name in WRITES:
            meter.note(model.name, look())

    events = clients.dynamodb().meta.events
    events.register("before-call", before)
    events.register("after-call", after)
    yield meter
    events.unregister("before-call", before)
    events.unregister("after-call", after)


def _record(number: int, old: Any, new: Any) -> dict[str, Any]:
    images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
    keys = {name: new[name] for name in ("PK", "SK")}
    changed = {"ApproximateCreationDateTime": 0, "SequenceNumber": str(number), "Keys": keys, **images}
    return {"eventID": str(number), "dynamodb": changed}


def _units(*states: Any) -> int:
    """A unit for each KB, of the larger of both states."""
    return max(ceil(len(json.dumps(state)) / 1024) for state in states if state)


def _of_index(name: str, old: Any, new: Any) -> int:
    was, now = _projected(name, old), _projected(name, new)
    if was == now:
        return 0
    moves = was and now and any(was[f"{name}{key}"] != now[f"{name}{key}"] for key in ("PK", "SK"))
    return _units(was, now) * (2 if moves else 1)


def _projected(name: str, item: Any) -> Any:
    if not item or f"{name}PK" not in item:
        return None
    kept = INDEXES[name]
    return {key: value for key, value in item.items() if kept is None or key in kept}
