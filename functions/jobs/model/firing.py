"""Firings and skips: the times of schedules that have come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from functions.jobs.model.run import scheduled_run_id


class SkipReason(StrEnum):
    """Why a firing started no run: a run was active, a later firing replaced it, a pause, or its schedule changed."""

    ACTIVE_RUN = "ACTIVE_RUN"
    SUPERSEDED = "SUPERSEDED"
    PAUSED = "PAUSED"
    WITHDRAWN = "WITHDRAWN"


class Occasion(Protocol):
    """A firing or an event: it starts one run of a job, even if it is delivered more than once."""

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
        """The id of the run that the firing starts; a repeated delivery gives the same id."""
        return scheduled_run_id(self.job_id, self.schedule_id, self.scheduled_at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Skip:
    """The record of a firing that started no run."""

    firing: Firing
    skipped_at: datetime
    reason: SkipReason
    message: str
