"""A job's hooks, in the job's own partition.

A consistent query lists them, as no index would: one just created is there. A hook's id begins with the job's, so that
a call, which has only that id, finds the item in one read.
"""

from datetime import datetime
from typing import Any

from functions.aws.hook_items import hook_item, hook_key, hook_of, text_of
from functions.aws.job_items import job_key
from functions.aws.table import CancelledError, Table, pack
from functions.jobs.model.errors import HookLimitError, JobNotFoundError
from functions.jobs.model.hook import Hook


class HookTable:
    """Implements functions.jobs.ports.definitions.HookStore."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, hook_id: str) -> Hook | None:
        """The hook, or None."""
        item = self._table.get(hook_key(hook_id))
        return hook_of(item) if item else None

    def all(self, job_id: str) -> list[Hook]:
        """The hooks of a job, in no order."""
        items = self._table.query(
            KeyConditionExpression="PK = :job AND begins_with(SK, :hook)",
            ExpressionAttributeValues=pack({":job": f"JOB#{job_id}", ":hook": "HOOK#"}),
            ConsistentRead=True,
        )
        return [hook_of(item) for item in items]

    def add(self, hook: Hook, limit: int) -> None:
        """Put a new hook, and count it in its job's item; raises HookLimitError, JobNotFoundError."""
        job = {
            "Key": pack(job_key(hook.job_id)),
            "UpdateExpression": "ADD hooks :one",
            "ConditionExpression": "createdAt = :since AND (attribute_not_exists(hooks) OR hooks < :limit)",
            "ExpressionAttributeValues": pack({":one": 1, ":since": hook.since.isoformat(), ":limit": limit}),
        }
        new = {"Item": pack(hook_item(hook)), "ConditionExpression": "attribute_not_exists(PK)"}
        try:
            self._table.transact({"job": ("Update", job), "hook": ("Put", new)})
        except CancelledError as cancelled:
            job_item = cancelled.failed.get("job")
            if job_item and job_item["createdAt"] == hook.since.isoformat():
                raise HookLimitError(limit) from cancelled
            raise JobNotFoundError(hook.job_id) from cancelled

    def rotate(self, hook: Hook, *, replacing: Hook) -> bool:
        """Save the hook's new secret; False if it has not the one that it was read with, or is gone."""
        values = {":hash": hook.secret_hash, ":was": replacing.secret_hash, ":now": text_of(hook.rotated_at)}
        return self._update(hook, "SET secretHash = :hash, rotatedAt = :now", "secretHash = :was", values)

    def delete(self, hook: Hook) -> bool:
        """Delete a hook; False if it is gone."""
        job = {
            "Key": pack(job_key(hook.job_id)),
            "UpdateExpression": "ADD hooks :less",
            "ConditionExpression": "createdAt = :since",
            "ExpressionAttributeValues": pack({":less": -1, ":since": hook.since.isoformat()}),
        }
        there = {"Key": pack(hook_key(hook.id)), "ConditionExpression": "attribute_exists(PK)"}
        try:
            self._table.transact({"job": ("Update", job), "hook": ("Delete", there)})
        except CancelledError:
            return False
        return True

    def count(self, hook: Hook, minute: int, now: datetime) -> bool:
        """Count a call; False if the hook has another secret by now, another minute, or no call left in this one."""
        values: dict[str, Any] = {":hash": hook.secret_hash, ":minute": minute, ":now": now.isoformat(), ":one": 1}
        if minute > hook.minute:
            change, condition = "calls = :one", "#minute < :minute"
        else:
            change, condition = "calls = calls + :one", "#minute = :minute AND calls < ratePerMinute"
        return self._update(
            hook,
            f"SET lastUsedAt = :now, #minute = :minute, {change}",
            f"secretHash = :hash AND {condition}",
            values,
            {"ExpressionAttributeNames": {"#minute": "minute"}},  # the word is DynamoDB's
        )

    def _update(self, hook: Hook, change: str, condition: str, values: Any, names: Any = None) -> bool:
        more = {"ExpressionAttributeValues": pack(values), **(names or {})}
        return self._table.update(hook_key(hook.id), change, condition, **more) is None
