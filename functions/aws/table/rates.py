"""Counts of the starts in a minute: how an item counts them, and the item that counts those by the events of a job."""

from datetime import datetime
from typing import Any

from functions.aws.table.table import Table, pack
from functions.jobs.model.rate import end_of, minute_of

# A reserved word of DynamoDB is the name of an attribute.
NAMES = {"ExpressionAttributeNames": {"#minute": "minute"}}
_TRIES = 3


def counting(limit: str, *, first: bool) -> tuple[str, str]:
    """Return how to count a start, and the condition: a `first` one in :minute, or another below `limit`.

    The values of both are :minute and :one.
    """
    if first:
        return "#minute = :minute, calls = :one", "#minute < :minute"
    return "calls = calls + :one", f"#minute = :minute AND calls < {limit}"


class EventStartTable:
    """Implements functions.jobs.ports.runs.EventStarts: an item for each job that events have just started.

    The item is not deleted with its job, because it expires at the end of its minute.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def count(self, job_id: str, rate: int, now: datetime) -> bool:
        """Count a start by an event; False if events have started `rate` runs of the job in this minute."""
        key, minute = {"PK": f"JOB#{job_id}", "SK": "EVENTS"}, minute_of(now)
        for _ in range(_TRIES):
            change, older = counting("", first=True)
            values: dict[str, Any] = {":minute": minute, ":one": 1}
            ends = {":ends": end_of(minute)}
            change = f"SET {change}, expiresAt = :ends"
            seen = self._update(key, change, f"attribute_not_exists(PK) OR {older}", values | ends)
            if seen is None:
                return True
            minute = max(minute, seen.get("minute", minute))  # if clocks differ, the later one counts
            change, condition = counting(":rate", first=False)
            seen = self._update(key, f"SET {change}", condition, values | {":minute": minute, ":rate": rate})
            if seen is None or seen.get("minute") == minute:
                return seen is None
        return False

    def _update(self, key: dict[str, str], change: str, condition: str, values: dict[str, Any]) -> Any:
        return self._table.update(key, change, condition, ExpressionAttributeValues=pack(values), **NAMES)
