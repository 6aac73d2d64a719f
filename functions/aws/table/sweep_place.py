"""The time from which the next sweep looks at settled runs: one item of the table."""

from datetime import datetime

from functions.aws.table.table import Table

_KEY = {"PK": "SWEEP", "SK": "SWEEP"}


class SweepPlaceTable:
    """Implements functions.jobs.ports.runs.SweepPlace."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self) -> datetime | None:
        """The time; None before the first sweep."""
        item = self._table.get(_KEY)
        return datetime.fromisoformat(item["until"]) if item else None

    def put(self, moment: datetime) -> None:
        """Save a new time, unless the table has a later one."""
        later = "attribute_not_exists(#until) OR #until < :until"
        self._table.update(
            _KEY,
            "SET #until = :until",
            later,
            ExpressionAttributeNames={"#until": "until"},
            ExpressionAttributeValues={":until": {"S": moment.isoformat()}},
        )
