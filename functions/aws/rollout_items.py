"""Rollouts as items of the table, and back."""

import json
from datetime import UTC, datetime
from typing import Any

from functions.aws.job_items import moment_of
from functions.aws.table import Item
from functions.jobs.model.rollout import Rollout

FLEETS = "FLEETS"  # the partition of GSI1 that has the rollouts that are open, by time


def rollout_key(run_id: str) -> dict[str, str]:
    """The key of a rollout: IoT's events tell the id of its job, and so of the run, but not of ours."""
    return {"PK": f"FLEET#{run_id}", "SK": "FLEET"}


def open_values(rollout: Rollout) -> dict[str, Any]:
    """What a rollout has as long as it is open, without what is not known yet."""
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


def moment_text(moment: datetime | None) -> str | None:
    """A time as it stands in the table: always the same text."""
    return moment.astimezone(UTC).isoformat() if moment else None
