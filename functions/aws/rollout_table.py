"""Rollouts: an item each, in GSI1 as long as there is something to do."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from functions.aws.rollout_items import FLEETS, moment_text, rollout_key, rollout_of
from functions.aws.rollout_opening import opening
from functions.aws.run_items import ACTIVE, IS_ACTIVE, run_key
from functions.aws.table import CancelledError, Item, Table, pack
from functions.aws.task_items import expiry
from functions.jobs.model.rollout import Rollout
from functions.jobs.model.run import RunStatus

_PLAN: Item = {
    "ProjectionExpression": "#plan.keep_seconds, #plan.#timeout",
    "ExpressionAttributeNames": {"#plan": "plan", "#timeout": "timeout"},
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
        """Put it, or give the one that is there the new token; None if the run is not active, or a later call came.

        One that was closed is open again: there is a new token because its run's execution waits once more.
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
        """Its IoT job was made: the run is ACTIVE; False if it has ended meanwhile."""
        ended = self._table.update(
            run_key(rollout.job_id, rollout.run_id),
            "SET #status = :status",
            IS_ACTIVE,
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=pack(ACTIVE | {":status": RunStatus.ACTIVE}),
        )
        return ended is None

    def looked(self, rollout: Rollout, cursor: str | None, at: datetime) -> bool:
        """Claim a look at IoT's list for the one who comes first; False if somebody else was faster."""
        values = {":at": moment_text(at), ":cursor": cursor, ":was": moment_text(rollout.looked_at)}
        unseen = "lookedAt = :was" if rollout.looked_at else "attribute_exists(PK) AND attribute_not_exists(lookedAt)"
        there = self._table.update(
            rollout_key(rollout.run_id),
            "SET lookedAt = :at" + (", #cursor = :cursor" if cursor else " REMOVE #cursor"),
            unseen,
            ExpressionAttributeNames={"#cursor": "cursor"},
            ExpressionAttributeValues=pack(values),
        )
        return there is None

    def open(self) -> Iterator[Rollout]:
        """Those with something left to do, the oldest first."""
        items = self._table.query(
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :open",
            ExpressionAttributeValues=pack({":open": FLEETS}),
        )
        return map(rollout_of, items)

    def close(self, rollout: Rollout) -> None:
        """Nothing is left to do, unless it was begun anew meanwhile. It is forgotten with its run."""
        run = self._table.get(run_key(rollout.job_id, rollout.run_id), **_PLAN) or {}
        expires = expiry(run.get("plan", {}), self._table.clock(), self._retention)
        self._table.update(
            rollout_key(rollout.run_id),
            "SET expiresAt = :expires REMOVE GSI1PK, GSI1SK",
            "#token = :token",
            ExpressionAttributeNames={"#token": "token"},
            ExpressionAttributeValues=pack({":expires": expires, ":token": rollout.token}),
        )
