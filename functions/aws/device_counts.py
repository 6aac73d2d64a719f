"""The numbers that a fleet run has of its devices, by status.

Source: DynamoDB Developer Guide, "Using update expressions": ADD knows top-level attributes only.
"""

from functions.aws.run_items import run_key
from functions.aws.table import Operation, pack
from functions.jobs.model.device import Device
from functions.jobs.model.rollout import Rollout


def count(rollout: Rollout, before: Device | None, after: Device) -> Operation:
    """Move the device from one status to the other in its run's numbers, on condition that the run is there."""
    operation = {"Key": pack(run_key(rollout.job_id, rollout.run_id)), "ConditionExpression": "attribute_exists(PK)"}
    old, new = before.latest.status if before else None, after.latest.status
    if old is new:
        return "ConditionCheck", operation
    sets, names, values = ["devices.#new = if_not_exists(devices.#new, :zero) + :one"], {"#new": new}, {":one": 1}
    if old:
        sets.append("devices.#old = devices.#old - :one")
        names["#old"] = old
    return "Update", {
        **operation,
        "UpdateExpression": f"SET {', '.join(sets)}",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": pack({**values, ":zero": 0}),
    }
