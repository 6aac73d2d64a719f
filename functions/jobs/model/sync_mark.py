"""The mark that a write to a job leaves: Scheduler, or EventBridge, may not have its schedules and rules yet."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from functions.jobs.model.event import EventRule


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncMark:
    """That schedules of a job, or rules of its events, were written: by the writer `token`, most lately by `last`."""

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
        """The mark of a new write."""
        token = secrets.token_hex(8)
        return cls(
            job_id=job_id,
            schedule_ids=frozenset(schedule_ids),
            rules=frozenset(rules),
            written_at=now,
            token=token,
            last=token,
        )
