"""A run: one execution of a job, with its attempts (one ECS task each)."""

import hashlib
import re
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.launch_plan import LaunchPlan

_ALPHABET = string.digits + string.ascii_letters
_CALL = 5  # as Metronome has it: 62^5 ids for the calls of one second
_FIRING = 12  # all the schedules of a second may fire in it: a hash long enough to leave no room for chance


class RunStatus(StrEnum):
    """Where a run stands (Metronome's words)."""

    INITIAL = "INITIAL"
    STARTING = "STARTING"
    ACTIVE = "ACTIVE"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"


ACTIVE_STATUSES = (RunStatus.INITIAL, RunStatus.STARTING, RunStatus.ACTIVE)


class Reason(StrEnum):
    """Why a run failed."""

    EXIT_CODE = "EXIT_CODE"
    TIMEOUT = "TIMEOUT"
    DEADLINE = "DEADLINE"
    STOPPED = "STOPPED"
    MISSED = "MISSED"
    START_FAILED = "START_FAILED"
    SPOT_INTERRUPTED = "SPOT_INTERRUPTED"
    ABORTED = "ABORTED"
    DEVICES_FAILED = "DEVICES_FAILED"
    NO_DEVICES = "NO_DEVICES"


class TaskStatus(StrEnum):
    """Where an attempt's task stands (Metronome's words)."""

    STARTING = "TASK_STARTING"
    RUNNING = "TASK_RUNNING"
    FINISHED = "TASK_FINISHED"
    FAILED = "TASK_FAILED"
    KILLED = "TASK_KILLED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One ECS task of a run. `version` grows with each change of the task, so that late news is told from new.

    `cpu` (1024 to a vCPU) and `memory` (MiB) are what ECS gave it.
    """

    number: int
    version: int
    task_arn: str
    status: TaskStatus
    cpu: int | None = None
    memory: int | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    exit_code: int | None = None
    reason: Reason | None = None
    message: str | None = None

    @property
    def task_id(self) -> str:
        """The last part of the task's ARN, which also ends the name of its log stream."""
        return self.task_arn.rsplit("/", 1)[-1]


class Cause(StrEnum):
    """What started a run."""

    CALL = "CALL"
    SCHEDULE = "SCHEDULE"
    DEPENDENCY = "DEPENDENCY"
    HOOK = "HOOK"
    EVENT = "EVENT"


@dataclass(frozen=True, kw_only=True, slots=True)
class Overrides:
    """What one run has otherwise than its job.

    `command` is that of the main container; `cpu` and `memory` are an allocated size; times in seconds. `payload` is
    the document itself if it fits into the task's overrides, `payload_url` where to get it if not. `devices`: of a
    fleet, only the devices of the run that this one repeats which stand so.
    """

    env: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] | None = None
    cpu: int | None = None
    memory: int | None = None
    attempt_timeout: int | None = None
    timeout: int | None = None
    image_tag: str | None = None
    task_definition: str | None = None
    payload: str | None = None
    payload_url: str | None = None
    devices: tuple[DeviceStatus, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One execution of a job, with the launch plan that the job had then.

    `cause`: what started it; `cause_id` says which hook, event or parent did. `schedule_id`, `scheduled_at`: which
    schedule, and for when. `parameters` are the values of the job's parameters. `inputs` is the document that came with
    the call, for a rerun. Of several tasks, `succeeded_tasks` and `failed_tasks` (indexes) have ended for good; of a
    fleet, `devices` are so many by status.
    """

    id: str
    job_id: str
    status: RunStatus
    created_at: datetime
    plan: LaunchPlan
    schedule_id: str | None = None
    scheduled_at: datetime | None = None
    cause: Cause = Cause.CALL
    cause_id: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    overrides: Overrides = field(default_factory=Overrides)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    rerun_of: str | None = None
    completed_at: datetime | None = None
    reason: Reason | None = None
    message: str | None = None
    exit_code: int | None = None
    attempts: Mapping[int, Attempt] = field(default_factory=dict)
    succeeded_tasks: int = 0
    failed_tasks: frozenset[int] = frozenset()
    devices: Mapping[DeviceStatus, int] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """Whether the run has not ended yet."""
        return self.status in ACTIVE_STATUSES


def is_run_id(text: str) -> bool:
    """Whether `text` can be a run's id: letters and digits, no longer than an execution's name may be."""
    return re.fullmatch(r"[0-9A-Za-z]{1,80}", text) is not None


def new_run_id(now: datetime) -> str:
    """An id for a run that a call starts; ids sort by time."""
    return _stamp(now) + "".join(secrets.choice(_ALPHABET) for _ in range(_CALL))


def scheduled_run_id(job_id: str, schedule_id: str, scheduled_at: datetime) -> str:
    """The one id of a schedule's firing: delivering the firing again gives the same id."""
    return derived_run_id(scheduled_at, job_id, schedule_id, scheduled_at.astimezone(UTC).isoformat())


def derived_run_id(moment: datetime, *causes: str) -> str:
    """The one id of a run that has these causes: hearing of them again gives the same id."""
    return _stamp(moment) + hashlib.sha256("/".join(causes).encode()).hexdigest()[:_FIRING]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")
