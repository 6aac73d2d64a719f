"""A run of a job: its status, its tasks with their attempts (one ECS task each), its overrides and its id."""

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
# 62^12 ids for the calls of one second. With the 5 digits of Metronome, 100 calls a second met twice a week, and the id
# names the execution of the run, whatever its job.
_RANDOM_DIGITS = 12
_HASH_DIGITS = 12  # more than for calls: all schedules of a deployment may fire in the same second


class RunStatus(StrEnum):
    """The status of a run (Metronome's names)."""

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
    """The status of an attempt's ECS task (Metronome's names)."""

    STARTING = "TASK_STARTING"
    RUNNING = "TASK_RUNNING"
    FINISHED = "TASK_FINISHED"
    FAILED = "TASK_FAILED"
    KILLED = "TASK_KILLED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try of a task, as an ECS task.

    `version` grows with each change of the ECS task, which makes late news recognizable. `cpu` (1024 to a vCPU) and
    `memory` (MiB) are the allocated size.
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
        """The last part of the ECS task's ARN, which also ends the name of its log stream."""
        return self.task_arn.rsplit("/", 1)[-1]


class Cause(StrEnum):
    """The kind of trigger that started a run."""

    CALL = "CALL"
    SCHEDULE = "SCHEDULE"
    DEPENDENCY = "DEPENDENCY"
    HOOK = "HOOK"
    EVENT = "EVENT"


@dataclass(frozen=True, kw_only=True, slots=True)
class Overrides:
    """The settings that one run has instead of its job's, as the execution needs them.

    `command` is the main container's; `cpu` and `memory` are an allocated size; times are in seconds. `payload` is the
    payload itself if it fits into ECS's overrides; otherwise `payload_url` says where to fetch it. `devices` limits the
    repetition of a fleet run to the devices that had one of these statuses in it.
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
    """One execution of a job, with the launch plan that the job had at its start.

    `cause` is the kind of trigger, `cause_id` the id of the hook, event or parent. `schedule_id` and `scheduled_at`
    name the firing. `parameters` are the values of the job's parameters. `inputs` are the overrides as the caller gave
    them, for a rerun. `succeeded_tasks` counts the tasks that succeeded, and `failed_tasks` has the indexes of those
    that failed, in a run with several tasks. `devices` counts the devices of a fleet run by status.
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
    """Return whether `text` can be a run id: letters and digits, at most as long as an execution's name."""
    return re.fullmatch(r"[0-9A-Za-z]{1,80}", text) is not None


def new_run_id(now: datetime) -> str:
    """Return a new id for a run that a call starts; ids sort by time."""
    return _stamp(now) + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_DIGITS))


def scheduled_run_id(job_id: str, schedule_id: str, scheduled_at: datetime) -> str:
    """Return the run id of a firing; a repeated delivery gives the same id."""
    return derived_run_id(scheduled_at, job_id, schedule_id, scheduled_at.astimezone(UTC).isoformat())


def derived_run_id(moment: datetime, *causes: str) -> str:
    """Return the id of the run that these causes start; the same causes give the same id."""
    return _stamp(moment) + hashlib.sha256("/".join(causes).encode()).hexdigest()[:_HASH_DIGITS]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


# Reasons that end an attempt from outside. ECS reports all of them as a task that somebody stopped.
FROM_OUTSIDE = (Reason.TIMEOUT, Reason.DEADLINE, Reason.STOPPED, Reason.ABORTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexedTask:
    """One task of a run. `reason`, `message` and `exit_code` describe its end."""

    index: int
    status: RunStatus
    attempts: Mapping[int, Attempt] = field(default_factory=dict)
    reason: Reason | None = None
    message: str | None = None
    exit_code: int | None = None
    completed_at: datetime | None = None

    @property
    def in_order(self) -> list[Attempt]:
        """The attempts, the first one first."""
        return [attempt for _, attempt in sorted(self.attempts.items())]


def only_task(run: Run) -> IndexedTask:
    """Return the task of a run that has one task: its status and end are the run's."""
    return IndexedTask(
        index=0,
        status=run.status,
        attempts=run.attempts,
        reason=run.reason,
        message=run.message,
        exit_code=run.exit_code,
        completed_at=run.completed_at,
    )


def task_reason(run: Run, task: IndexedTask) -> Reason | None:
    """Return why a task failed. If stopping the run aborted the task, the run's reason is the task's."""
    stopped = task.reason is Reason.ABORTED and run.reason in (Reason.STOPPED, Reason.DEADLINE)
    return run.reason if stopped else task.reason


def attempt_reason(run: Run, task: IndexedTask, attempt: Attempt) -> Reason | None:
    """Return why an attempt failed.

    ECS reports a time limit like a person who stops the task. The sequel tells them apart: a stopped task is not
    retried. While the sequel is unknown, the attempt's duration decides.
    """
    if attempt.reason is not Reason.STOPPED:
        return attempt.reason
    if any(number > attempt.number for number in task.attempts):
        return Reason.TIMEOUT
    if task.status not in ACTIVE_STATUSES:
        reason = task_reason(run, task)
        return reason if reason in FROM_OUTSIDE else Reason.TIMEOUT
    limit = run.overrides.attempt_timeout or run.plan.attempt_timeout
    if limit is None or attempt.started_at is None or attempt.stopped_at is None:
        return Reason.STOPPED
    return Reason.TIMEOUT if (attempt.stopped_at - attempt.started_at).total_seconds() >= limit else Reason.STOPPED
