"""Ports for runs: the stores of runs, tasks, firings and payloads, their executions and metrics."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.model.firing import Firing, Occasion, Skip
from functions.jobs.model.idempotency import IdempotencyKey
from functions.jobs.model.job import Job, JobState
from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.outcome import Ending, Outcome
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.run import IndexedTask, Run, RunStatus
from functions.jobs.model.run_count import RunCount


class StalePlanError(Exception):
    """The run's launch plan is not the job's current one. `plan` is the current one, or None if the job is gone."""

    def __init__(self, plan: LaunchPlan | None) -> None:
        super().__init__("The job has another launch plan.")
        self.plan = plan


class RunExistsError(Exception):
    """A run with this id exists: the trigger was delivered before."""


class BusyError(Exception):
    """The job's state does not admit the claim, or has changed since it was read."""


class Claim(StrEnum):
    """The condition on the job's state under which a run may start.

    ANY: none. ALONE: no active run. FIRST: also no waiting firing. WAITING: the run's firing is the waiting one.
    """

    ANY = "ANY"
    ALONE = "ALONE"
    FIRST = "FIRST"
    WAITING = "WAITING"


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """The state on which the fate of a firing or an event depends.

    `run` is the run that it has started already, `skipped` whether it was skipped already. `pause` names what is paused
    (the job, a group or the deployment), in words; None if nothing is.
    """

    job: Job | None
    state: JobState
    run: Run | None
    skipped: bool
    pause: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFilter:
    """A filter of runs: by job or by group with its subgroups, by status, by the time in their ids, by labels.

    A run has one of `statuses` and all of `labels`. `up_to` is the id of the first run that a job's list may have.
    """

    job_id: str | None = None
    group: str | None = None
    statuses: Collection[RunStatus] = tuple(RunStatus)
    since: datetime | None = None
    until: datetime | None = None
    up_to: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


class RunStore(Protocol):
    """Keeps runs, and counts them in the states of their jobs."""

    def get(self, job_id: str, run_id: str) -> Run | None: ...

    def get_all(self, keys: Iterable[tuple[str, str]]) -> list[Run]:
        """Return the runs (job id, run id) that exist, newest first."""

    def put(self, run: Run, key: IdempotencyKey | None, claim: Claim) -> None:
        """Save a new run and claim the job's state. Raises StalePlanError, RunExistsError, BusyError, KeyUsedError."""

    def active(self, group: str | None) -> Iterable[Run]:
        """Return the active runs of the deployment, or of a group with its subgroups, oldest first."""

    def page(self, request: PageRequest, wanted: RunFilter) -> Page[Run]:
        """Return runs, newest first."""

    def cursor_after(self, job_id: str, run_id: str) -> str:
        """Return the cursor of the page of a job's runs that begins after this run."""

    def finished(self, job_id: str, since: datetime) -> list[Run]:
        """Return a job's finished runs that were created at `since` or later, newest first, at most 1000."""

    def surplus(self, job_id: str, status: RunStatus, kept: int) -> list[str]:
        """Return the ids of a job's runs with this status, without the newest `kept`, oldest first."""

    def settled(self, since: datetime, until: datetime) -> Mapping[str, datetime]:
        """Return the jobs of which a run was settled between these times, each with the first such time."""

    def cut_short(self, since: datetime, until: datetime) -> Iterable[Run]:
        """Return runs that were settled between these times although their ECS tasks may have been running."""

    def settle(self, job_id: str, run_id: str, outcome: Outcome, now: datetime) -> bool:
        """Finish a run and count it, in one transaction; return False if the run was settled before."""

    def correct_stop(self, job_id: str, run_id: str, outcome: Outcome, now: datetime) -> bool:
        """Let the end that a run's execution had take the place of STOPPED; return False if the run is not STOPPED."""

    def track(self, report: TaskReport) -> bool:
        """Save the state of an attempt; return False if the report is not newer, or the run does not exist."""

    def delete(self, run: Run, now: datetime) -> bool:
        """Delete a run; return False if it is active."""


class TaskStore(Protocol):
    """Keeps the tasks of runs with several tasks, and counts them in their run."""

    def get(self, job_id: str, run_id: str, index: int) -> IndexedTask | None:
        """Return a task; None if it has not begun."""

    def page(
        self, job_id: str, run_id: str, request: PageRequest, statuses: Collection[RunStatus]
    ) -> Page[IndexedTask]:
        """Return the tasks of a run that have begun and have one of these statuses, by index."""

    def settle(self, job_id: str, run_id: str, index: int, outcome: Outcome, now: datetime) -> bool:
        """Finish a task and count it; return False if that was done before, or the run does not exist."""

    def track(self, report: TaskReport) -> bool:
        """Save the state of an attempt; return False if the report is not newer, or the run does not exist."""


class FiringStore(Protocol):
    """Keeps the firings that started no run at once: skipped, missed, waiting."""

    def situation(self, occasion: Occasion) -> Situation:
        """Read, in one call, the state on which the fate of a firing or an event depends."""

    def skip(self, skip: Skip, *, waiting: bool) -> None:
        """Save a skip and count it, once. `waiting`: its firing is the waiting one. Raises BusyError."""

    def miss(self, occasion: Occasion, run: Run, outcome: Outcome, *, waiting: bool = False) -> None:
        """Save a run that failed before it could start. `waiting`: its firing is the waiting one. Raises BusyError."""

    def wait(self, firing: Firing, instead_of: Skip | None) -> None:
        """Let the firing wait; `instead_of` is the skip of the one that waited before. Raises BusyError."""

    def waiting(self, group: str | None) -> Iterable[str]:
        """Return the ids of jobs with a waiting firing: all, or those of a group with its subgroups."""

    def skips(self, job_id: str, request: PageRequest) -> Page[Skip]:
        """Return the skips of a job, the latest scheduled time first."""


class EventStarts(Protocol):
    """Counts the runs of each job that events start, by the minute."""

    def count(self, job_id: str, rate: int, now: datetime) -> bool:
        """Count a start; return False if events have started `rate` runs of the job in this minute."""


class Executions(Protocol):
    """Starts and stops the executions that carry runs."""

    def start(self, run: Run) -> None:
        """Start the run's execution; a repeated call changes nothing."""

    def stop(self, run: Run, cause: str) -> None:
        """Abort the run's execution, which stops its tasks; nothing happens if it has ended."""

    def exists(self, run: Run) -> bool:
        """Return whether the run's execution was ever started."""

    def ending(self, run: Run) -> Ending | None:
        """Return how the run's execution ended; None if it is open or was never started."""

    def ending_of(self, execution: str) -> Ending | None:
        """Return how the execution with this ARN ended; None if it is open or unknown."""


class LaunchHistory(Protocol):
    """Knows how the requests for the ECS tasks of runs went."""

    def last_refusal(self, run: Run, index: int) -> tuple[str, str] | None:
        """Return the error and the cause of the last request for a task; None if it was granted, or is not known."""


class TaskStopper(Protocol):
    """Stops ECS tasks."""

    def stop(self, task_arn: str, reason: str) -> None:
        """Stop an ECS task, if it still exists."""


class SweepPlace(Protocol):
    """Keeps the time from which on the sweep has not yet looked at settled runs."""

    def get(self) -> datetime | None:
        """Return the time; None before the first sweep."""

    def put(self, moment: datetime) -> None:
        """Save a later time; an earlier one changes nothing."""


class Payloads(Protocol):
    """Keeps the payloads that do not fit into a task's overrides."""

    def url(self, job_id: str, run_id: str) -> str:
        """Return a presigned URL of the payload, which need not exist yet."""

    def put(self, job_id: str, run_id: str, text: str) -> None:
        """Save the payload of a run; a repeated call changes nothing."""

    def get(self, job_id: str, run_id: str) -> str | None:
        """Return the payload of a run; None if it is no longer kept."""


class RunMetrics(Protocol):
    """Counts runs by CloudWatch's metrics."""

    def of_runs(self, now: datetime) -> Mapping[RunCount, int]:
        """Return how many runs started and ended in the last 24 hours, by how they ended."""
