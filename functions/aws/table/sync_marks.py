"""Marks of schedules and event rules that AWS may not have yet.

A job has one such item. GSI1 lists the items by the time of the last write.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from functions.aws.table.table import Item, Operation, Table, pack
from functions.jobs.model.event import EventRule
from functions.jobs.model.sync_mark import SyncMark

_LIST = "SYNC"  # the partition of GSI1 that lists all marks


def leave(mark: SyncMark) -> Operation:
    """Leave the mark, as an operation of the transaction that writes the schedules or the events."""
    values: dict[str, Any] = {
        ":list": _LIST,
        ":place": f"{mark.written_at.isoformat()}#{mark.job_id}",
        ":at": mark.written_at.isoformat(),
        ":last": mark.last,
        ":writer": {mark.token},
    }
    added = ["writers :writer"]
    for name, members in (("schedules", set(mark.schedule_ids)), ("eventRules", set(map(_text, mark.rules)))):
        if members:  # DynamoDB has no empty sets
            added.append(f"{name} :{name}")
            values[f":{name}"] = members
    expression = "SET GSI1PK = :list, GSI1SK = :place, writtenAt = :at, #last = :last"
    return "Update", {
        "Key": pack(_key(mark.job_id)),
        "UpdateExpression": f"{expression} ADD {', '.join(added)}",
        "ExpressionAttributeNames": {"#last": "last"},
        "ExpressionAttributeValues": pack(values),
    }


class SyncMarkTable:
    """Implements functions.jobs.ports.definitions.SyncMarks."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def finish(self, mark: SyncMark) -> SyncMark | None:
        """Remove the mark, or this writer from it if other writers are in it.

        If another writer has written since, change nothing and return the mark as it is now; else return None.
        """
        alone, mine = {":last": mark.last, ":mine": {mark.token}}, {":last": mark.last}
        now = self._delete(mark, "#last = :last AND writers = :mine", alone)
        if now and now["last"] == mark.last:  # other writers are at work, or failed: the mark stays for them
            now = self._table.update(
                _key(mark.job_id),
                "DELETE writers :mine",
                "#last = :last",
                ExpressionAttributeNames={"#last": "last"},
                ExpressionAttributeValues=pack(mine | {":mine": {mark.token}}),
            )
        return replace(_mark(now), token=mark.token) if now else None

    def due(self, before: datetime) -> Iterator[SyncMark]:
        """The marks that were last written before this time, oldest first. Their writers have ended."""
        items = self._table.query(
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :list AND GSI1SK < :before",
            ExpressionAttributeValues=pack({":list": _LIST, ":before": before.isoformat()}),
        )
        return map(_mark, items)

    def clear(self, mark: SyncMark) -> None:
        """Remove the mark, whoever left it, unless it was written again."""
        self._delete(mark, "#last = :last", {":last": mark.last})

    def _delete(self, mark: SyncMark, condition: str, values: Item) -> Item | None:
        return self._table.delete(
            _key(mark.job_id),
            condition,
            ExpressionAttributeNames={"#last": "last"},
            ExpressionAttributeValues=pack(values),
        )


def _key(job_id: str) -> dict[str, str]:
    return {"PK": f"JOB#{job_id}", "SK": "SYNC"}


def _mark(item: Item) -> SyncMark:
    return SyncMark(
        job_id=item["PK"].removeprefix("JOB#"),
        schedule_ids=frozenset(item.get("schedules", ())),
        rules=frozenset(map(_rule, item.get("eventRules", ()))),
        written_at=datetime.fromisoformat(item["writtenAt"]),
        token="",
        last=item["last"],
    )


def _text(rule: EventRule) -> str:
    """The rule as a member of a set. Neither part contains an @."""
    return f"{rule.event_id}@{rule.bus}"


def _rule(text: str) -> EventRule:
    event_id, _, bus = text.partition("@")
    return EventRule(event_id, bus)
