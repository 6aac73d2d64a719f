"""A firing: a schedule's time has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from functions.jobs.model.run import scheduled_run_id


class SkipReason(StrEnum):
    """Why a firing started no run: one was active, a later firing took its place, a pause, or it was taken back."""

    ACTIVE_RUN = "ACTIVE_RUN"
    SUPERSEDED = "SUPERSEDED"
    PAUSED = "PAUSED"
    WITHDRAWN = "WITHDRAWN"


class Occasion(Protocol):
    """What starts one run of a job, and no other however often it is heard of: a firing, or an event."""

    @property
    def job_id(self) -> str: ...
    @property
    def run_id(self) -> str: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Firing:
    """One time of a schedule that has come."""

    job_id: str
    schedule_id: str
    scheduled_at: datetime

    @property
    def run_id(self) -> str:
        """The id of the run that it starts: delivering the firing again gives the same."""
        return scheduled_run_id(self.job_id, self.schedule_id, self.scheduled_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Skip:
    """A firing that started no run, on purpose."""

    firing: Firing
    skipped_at: datetime
    reason: SkipReason
    message: str
