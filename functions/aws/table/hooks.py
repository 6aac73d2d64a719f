"""Hooks in the table: items of their own, counted in their job's item."""

from datetime import datetime
from typing import Any

from functions.aws.table.rates import NAMES, counting
from functions.aws.table.table import CancelledError, Item, Table, job_key, moment_of, moment_text, pack
from functions.jobs.model.errors import HookLimitError, JobNotFoundError
from functions.jobs.model.hook import Hook, HookSpec, job_of_hook


def hook_key(hook_id: str) -> dict[str, str]:
    """The key of a hook."""
    return {"PK": f"JOB#{job_of_hook(hook_id)}", "SK": f"HOOK#{hook_id.partition('_')[2]}"}


def hook_item(hook: Hook) -> dict[str, Any]:
    """A hook as an item."""
    return hook_key(hook.id) | {
        "since": hook.since.isoformat(),
        "createdAt": hook.created_at.isoformat(),
        "secretHash": hook.secret_hash,
        "description": hook.spec.description,
        "parameters": list(hook.spec.parameters),
        "imageTag": hook.spec.image_tag,
        "ratePerMinute": hook.spec.rate_per_minute,
        "rotatedAt": moment_text(hook.rotated_at),
        "lastUsedAt": moment_text(hook.last_used_at),
        "minute": hook.minute,
        "calls": hook.calls,
    }


def hook_of(item: Item) -> Hook:
    """The hook in an item."""
    return Hook(
        id=f"{item['PK'].removeprefix('JOB#')}_{item['SK'].removeprefix('HOOK#')}",
        since=datetime.fromisoformat(item["since"]),
        created_at=datetime.fromisoformat(item["createdAt"]),
        secret_hash=item["secretHash"],
        spec=HookSpec(
            description=item.get("description"),
            parameters=tuple(item["parameters"]),
            image_tag=item["imageTag"],
            rate_per_minute=item["ratePerMinute"],
        ),
        rotated_at=moment_of(item, "rotatedAt"),
        last_used_at=moment_of(item, "lastUsedAt"),
        minute=item["minute"],
        calls=item["calls"],
    )


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
        """Put a new hook and count it in its job's item; raises HookLimitError, JobNotFoundError."""
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
        """Save the hook's new secret; False if its secret has changed since it was read, or the hook is gone."""
        values = {":hash": hook.secret_hash, ":was": replacing.secret_hash, ":now": moment_text(hook.rotated_at)}
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
        """Count a call in a minute (minutes since 1970).

        False if the hook has a new secret, is already in another minute, or has no call left in this one.
        """
        values: dict[str, Any] = {":hash": hook.secret_hash, ":minute": minute, ":now": now.isoformat(), ":one": 1}
        change, condition = counting("ratePerMinute", first=minute > hook.minute)
        return self._update(
            hook, f"SET lastUsedAt = :now, {change}", f"secretHash = :hash AND {condition}", values, NAMES
        )

    def _update(self, hook: Hook, change: str, condition: str, values: Any, names: Any = None) -> bool:
        more = {"ExpressionAttributeValues": pack(values), **(names or {})}
        return self._table.update(hook_key(hook.id), change, condition, **more) is None
