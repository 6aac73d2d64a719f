"""The mark that a write to a job's schedules leaves: Scheduler may not have them yet."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncMark:
    """That schedules of a job were written: by the writer `token`, most lately by `last`."""

    job_id: str
    schedule_ids: frozenset[str]
    written_at: datetime
    token: str
    last: str

    @classmethod
    def new(cls, job_id: str, schedule_ids: Iterable[str], now: datetime) -> "SyncMark":
        """The mark of a new write."""
        token = secrets.token_hex(8)
        return cls(job_id=job_id, schedule_ids=frozenset(schedule_ids), written_at=now, token=token, last=token)
