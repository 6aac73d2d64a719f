"""What is paused, a job, a group or the deployment, says so in its own item."""

from collections.abc import Mapping
from datetime import datetime

from functions.aws.table import Table, pack


def set_pause(table: Table, key: Mapping[str, str], at: datetime | None, condition: str) -> bool:
    """Pause an item from `at` on, or resume it (None); False if the condition does not hold.

    The item has another version then, so that nobody writes over it what was read before.
    """
    expression, values = (
        ("SET pausedAt = if_not_exists(pausedAt, :at)", {":at": at.isoformat()}) if at else ("REMOVE pausedAt", {})
    )
    values_and_one = pack({**values, ":one": 1})
    change = f"{expression} ADD version :one"
    return table.update(key, change, condition, ExpressionAttributeValues=values_and_one) is None
