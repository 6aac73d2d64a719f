"""What is paused, a job, a group or the deployment, says so in its own item."""

from collections.abc import Mapping
from datetime import datetime

from functions.aws.table import Table, pack


def set_pause(table: Table, key: Mapping[str, str], at: datetime | None, condition: str) -> bool:
    """Pause an item from `at` on, or resume it (None); False if the condition does not hold.

    The item has another version then, so that nobody writes over it what was read before.
    """
    values: dict[str, int | str] = {":one": 1}
    change = "REMOVE pausedAt"
    if at:
        change, values[":at"] = "SET pausedAt = if_not_exists(pausedAt, :at)", at.isoformat()
    update = f"{change} ADD version :one"
    return table.update(key, update, condition, ExpressionAttributeValues=pack(values)) is None
