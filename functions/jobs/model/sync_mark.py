"""The mark that a write to a job leaves: its schedules and event rules may not be in AWS yet."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from functions.jobs.model.event import EventRule


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncMark:
    """Marks schedules or event rules that AWS may not have yet.

    `token` identifies this writer, `last` the most recent one.
    """

    job_id: str
    schedule_ids: frozenset[str]
    rules: frozenset[EventRule] = frozenset()
    written_at: datetime
    token: str
    last: str

    @classmethod
    def new(
        cls, job_id: str, schedule_ids: Iterable[str], now: datetime, rules: Iterable[EventRule] = ()
    ) -> "SyncMark":
        """Return the mark of a new write, with a token of its own."""
        token = secrets.token_hex(8)
        return cls(
            job_id=job_id,
            schedule_ids=frozenset(schedule_ids),
            rules=frozenset(rules),
            written_at=now,
            token=token,
            last=token,
        )
