"""Rollouts in the table: begun for a run's execution, claimed for looks at IoT's list, closed when nothing is left."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from functions.aws.table.run_items import ACTIVE, IS_ACTIVE, expiry
from functions.aws.table.table import CancelledError, Item, Operation, Table, moment_of, moment_text, pack, run_key
from functions.jobs.model.rollout import Rollout
from functions.jobs.model.run import RunStatus

FLEETS = "FLEETS"  # the partition of GSI1 that lists the open rollouts by time
_NEW = {"token", "calledAt", "GSI1PK", "GSI1SK"}  # attributes that a repeated beginning replaces
_LATEST = "(attribute_not_exists(calledAt) OR calledAt <= :calledAt)"
_PLAN: Item = {
    "ProjectionExpression": "#plan.keep_seconds, #plan.#timeout",
    "ExpressionAttributeNames": {"#plan": "plan", "#timeout": "timeout"},
}


def rollout_key(run_id: str) -> dict[str, str]:
    """The key of a rollout. It needs only the run id, because the events of AWS IoT do not contain the job id."""
    return {"PK": f"FLEET#{run_id}", "SK": "FLEET"}


def open_values(rollout: Rollout) -> dict[str, Any]:
    """The attributes of an open rollout, without values that are not known yet."""
    values = {
        "GSI1PK": FLEETS,
        "GSI1SK": rollout.run_id,
        "jobId": rollout.job_id,
        "token": rollout.token,
        "selection": rollout.selection,
        "success": json.dumps(rollout.success),
        "createdAt": rollout.created_at.isoformat(),
        "group": rollout.group,
        "dynamic": rollout.is_dynamic or None,
        "cursor": rollout.cursor,
        "lookedAt": moment_text(rollout.looked_at),
    }
    return {name: value for name, value in values.items() if value is not None}


def rollout_of(item: Item) -> Rollout:
    """The rollout in an item."""
    return Rollout(
        run_id=item["PK"].removeprefix("FLEET#"),
        job_id=item["jobId"],
        token=item["token"],
        selection=item["selection"],
        success=json.loads(item["success"]),
        created_at=datetime.fromisoformat(item["createdAt"]),
        group=item.get("group"),
        is_dynamic=item.get("dynamic", False),
        cursor=item.get("cursor"),
        looked_at=moment_of(item, "lookedAt"),
    )


def opening(rollout: Rollout) -> Operation:
    """Put the rollout, or open the existing one again and give it the new token; its other values stay.

    A call that timed out may still be at work when the next one begins. The token of the later call wins.
    """
    values = open_values(rollout) | {"calledAt": moment_text(rollout.created_at)}
    sets = [f"#{name} = " + (f":{name}" if name in _NEW else f"if_not_exists(#{name}, :{name})") for name in values]
    return "Update", {
        "Key": pack(rollout_key(rollout.run_id)),
        "UpdateExpression": f"SET {', '.join(sets)} REMOVE expiresAt",
        "ConditionExpression": f"attribute_not_exists(PK) OR (jobId = :jobId AND {_LATEST})",
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": pack({f":{name}": value for name, value in values.items()}),
    }


class RolloutTable:
    """Implements functions.jobs.ports.fleet.RolloutStore."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def get(self, run_id: str) -> Rollout | None:
        """The rollout, or None."""
        item = self._table.get(rollout_key(run_id))
        return rollout_of(item) if item else None

    def begin(self, rollout: Rollout) -> Rollout | None:
        """Put the rollout, or give the existing one the new token; None if the run is not active, or a later call came.

        A closed rollout is opened again: a new token means that the run's execution is waiting again.
        """
        active = {
            "Key": pack(run_key(rollout.job_id, rollout.run_id)),
            "ConditionExpression": IS_ACTIVE,
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": pack(ACTIVE),
        }
        try:
            self._table.transact({"rollout": opening(rollout), "run": ("ConditionCheck", active)})
        except CancelledError as cancelled:
            if "run" in cancelled.failed or cancelled.failed["rollout"].get("jobId") == rollout.job_id:
                return None
            raise
        return self.get(rollout.run_id)

    def made(self, rollout: Rollout) -> bool:
        """Set the run to ACTIVE, because its IoT job exists; False if the run has ended meanwhile."""
        ended = self._table.update(
            run_key(rollout.job_id, rollout.run_id),
            "SET #status = :status",
            IS_ACTIVE,
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=pack(ACTIVE | {":status": RunStatus.ACTIVE}),
        )
        return ended is None

    def looked(self, rollout: Rollout, cursor: str | None, at: datetime) -> bool:
        """Save the time and the place of a look at IoT's list; False if another caller has looked since it was read."""
        values = {":at": moment_text(at), ":cursor": cursor, ":was": moment_text(rollout.looked_at)}
        unseen = "lookedAt = :was" if rollout.looked_at else "attribute_exists(PK) AND attribute_not_exists(lookedAt)"
        there = self._table.update(
            rollout_key(rollout.run_id),
            "SET lookedAt = :at" + (", #cursor = :cursor" if cursor else " REMOVE #cursor"),
            unseen,
            ExpressionAttributeNames={"#cursor": "cursor"},
            ExpressionAttributeValues=pack(values),
        )
        # If the answer to this update was lost, it was repeated, and meets its own time.
        return there is None or there.get("lookedAt") == moment_text(at)

    def open(self) -> Iterator[Rollout]:
        """The rollouts with something left to do, oldest first."""
        items = self._table.query(
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :open",
            ExpressionAttributeValues=pack({":open": FLEETS}),
        )
        return map(rollout_of, items)

    def close(self, rollout: Rollout) -> None:
        """Close the rollout, unless it was begun again meanwhile. It expires with its run."""
        run = self._table.get(run_key(rollout.job_id, rollout.run_id), **_PLAN) or {}
        expires = expiry(run.get("plan", {}), self._table.clock(), self._retention)
        self._table.update(
            rollout_key(rollout.run_id),
            "SET expiresAt = :expires REMOVE GSI1PK, GSI1SK",
            "#token = :token",
            ExpressionAttributeNames={"#token": "token"},
            ExpressionAttributeValues=pack({":expires": expires, ":token": rollout.token}),
        )
