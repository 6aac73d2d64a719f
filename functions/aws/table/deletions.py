"""Deletions of jobs that are not finished, and the items that belonged to the jobs.

A deletion has one item, which GSI1 lists: first one that keeps the id of the job in use, then, once the history is
erased, one that names the task definitions which are left.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from functions.aws.table.table import Item, Operation, Table, deletion_key, pack, state_key
from functions.jobs.model.deletion import Deletion

_LIST = "DELETIONS"  # the partition of GSI1 that lists all of them
# Sort keys of revisions, runs and skips; of devices, hooks and image tags; of tasks. Runs are deleted first: news of a
# device is written only while its run exists.
_BELONGINGS = (("REV#", "SKIP#~"), ("DEVICE#", "IMAGE#~"), ("TASK#", "TASK#~"))
_AT_ONCE = 100  # items of a step


def _rest_key(job_id: str) -> dict[str, str]:
    """The key of the item that names the task definitions of a deleted job. A new job may exist beside it."""
    return {"PK": f"JOB#{job_id}", "SK": "UNREGISTER"}


def begin(deletion: Deletion) -> Operation:
    """Begin a deletion, as an operation of the transaction that deletes the job."""
    return "Put", {"Item": pack(_item(deletion_key(deletion.job_id), deletion))}


class DeletionTable:
    """Implements functions.jobs.ports.definitions.DeletionStore."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, before: datetime) -> Iterator[Deletion]:
        """The deletions that began before this time, oldest first, as they are now: the index may be late."""
        listed = self._table.query(
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :list AND GSI1SK < :before",
            ExpressionAttributeValues=pack({":list": _LIST, ":before": before.isoformat()}),
            ProjectionExpression="PK, SK",
        )
        for place in listed:
            if item := self._table.get({"PK": place["PK"], "SK": place["SK"]}):
                yield _deletion(item)

    def erase_some(self, deletion: Deletion) -> bool:
        """Delete some of the items that belonged to the job; return False if there were none left."""
        for first, last in _BELONGINGS:
            found = self._table.query(
                KeyConditionExpression="PK = :job AND SK BETWEEN :first AND :last",
                ExpressionAttributeValues=pack({":job": f"JOB#{deletion.job_id}", ":first": first, ":last": last}),
                ProjectionExpression="PK, SK, expiresAt",
                ConsistentRead=True,
                Limit=_AT_ONCE,
            )
            if items := list(islice(found, _AT_ONCE)):
                self._table.delete_all([{"PK": item["PK"], "SK": item["SK"]} for item in items])
                return True
        return False

    def free(self, deletion: Deletion, rest: Deletion | None) -> None:
        """Delete the job's state, if it is still there, and free its id; `rest` is what is left to do then."""
        operations: dict[str, Operation] = {
            "state": ("Delete", {"Key": pack(state_key(deletion.job_id))}),
            "deletion": ("Delete", {"Key": pack(deletion_key(deletion.job_id))}),
        }
        if rest:
            operations["rest"] = "Put", {"Item": pack(_item(_rest_key(rest.job_id), rest))}
        self._table.transact(operations)

    def finish(self, rest: Deletion) -> None:
        """Finish a deletion whose task definitions are deregistered, unless the next job of this id was deleted too."""
        self._table.delete(
            _rest_key(rest.job_id),
            "deletedAt = :at",
            ExpressionAttributeValues=pack({":at": rest.deleted_at.isoformat()}),
        )


def _item(key: Mapping[str, str], deletion: Deletion) -> dict[str, Any]:
    at = deletion.deleted_at.isoformat()
    return {
        **key,
        "GSI1PK": _LIST,
        "GSI1SK": f"{at}#{deletion.job_id}",
        "deletedAt": at,
        "stops": deletion.stops,
        "containers": deletion.containers,
        "lastRevision": deletion.last_revision,
    }


def _deletion(item: Item) -> Deletion:
    return Deletion(
        job_id=item["PK"].removeprefix("JOB#"),
        deleted_at=datetime.fromisoformat(item["deletedAt"]),
        stops=item["stops"],
        containers=item["containers"],
        last_revision=item.get("lastRevision"),
    )
