"""What firings leave in the table: skips as items of their own, the one that waits in its job's state."""

from datetime import datetime, timedelta
from typing import Any

from functions.aws.table.table import Item
from functions.jobs.model.firing import Firing, Skip, SkipReason

WAITING = "WAITING"  # the partition of GSI1 that has the states with a firing that waits
STARTS_WAITING = "SET queued = :firing, GSI1PK = :waiting, GSI1SK = :job"
NO_LONGER_WAITING = "REMOVE queued, GSI1PK, GSI1SK"


def skip_key(job_id: str, run_id: str) -> dict[str, str]:
    """The key of what says that a firing started no run, on purpose: under the id that the run would have."""
    return {"PK": f"JOB#{job_id}", "SK": f"SKIP#{run_id}"}


def skip_item(skip: Skip, retention: timedelta) -> dict[str, Any]:
    """A skip as an item, kept for this long."""
    return skip_key(skip.firing.job_id, skip.firing.run_id) | {
        "scheduleId": skip.firing.schedule_id,
        "scheduledAt": skip.firing.scheduled_at.isoformat(),
        "createdAt": skip.skipped_at.isoformat(),
        "reason": skip.reason,
        "message": skip.message,
        "expiresAt": int((skip.skipped_at + retention).timestamp()),
    }


def skip_of(item: Item) -> Skip:
    """The skip in an item."""
    return Skip(
        firing=_firing(item["PK"], item),
        skipped_at=datetime.fromisoformat(item["createdAt"]),
        reason=SkipReason(item["reason"]),
        message=item["message"],
    )


def queued_values(firing: Firing) -> dict[str, str]:
    """A firing that waits, as a map attribute of its job's state."""
    at = firing.scheduled_at.isoformat()
    return {"runId": firing.run_id, "scheduleId": firing.schedule_id, "scheduledAt": at}


def queued_of(state: Item) -> Firing | None:
    """The firing that waits, in the item of a job's state."""
    return _firing(state["PK"], state["queued"]) if "queued" in state else None


def _firing(partition: str, values: Item) -> Firing:
    return Firing(
        job_id=partition.removeprefix("JOB#"),
        schedule_id=values["scheduleId"],
        scheduled_at=datetime.fromisoformat(values["scheduledAt"]),
    )
