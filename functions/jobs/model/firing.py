"""Firings and skips: the times of schedules that have come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from functions.jobs.model.run import scheduled_run_id


class SkipReason(StrEnum):
    """Why a firing or an event started no run.

    ACTIVE_RUN: a run was active. SUPERSEDED: a later firing replaced it. PAUSED: a pause. WITHDRAWN: its schedule
    changed. RATE: events had started as many runs of the job as its rate allows in a minute.
    """

    ACTIVE_RUN = "ACTIVE_RUN"
    SUPERSEDED = "SUPERSEDED"
    PAUSED = "PAUSED"
    WITHDRAWN = "WITHDRAWN"
    RATE = "RATE"


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
class Arrival:
    """An event that matched the event trigger `event_id` of a job, without its content. `at` is the event's time."""

    job_id: str
    event_id: str
    run_id: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Skip:
    """The record of a firing or an event that started no run."""

    occasion: Firing | Arrival
    skipped_at: datetime
    reason: SkipReason
    message: str
