"""Where runs are kept, and what starts, stops and shows them."""

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
from functions.jobs.model.run import Run, RunStatus
from functions.jobs.model.task import IndexedTask


class StalePlanError(Exception):
    """The launch plan that a run was to be put with is not the job's; `plan` is, or None if there is no such job."""

    def __init__(self, plan: LaunchPlan | None) -> None:
        super().__init__("The job has another launch plan.")
        self.plan = plan


class RunExistsError(Exception):
    """The trigger was heard before: there is a run with its run id."""


class BusyError(Exception):
    """The job's state is not as the claim wants it, or has changed since it was read."""


class Claim(StrEnum):
    """What a run wants of its job's state: anything, no active run, nor a waiting firing, or to be the waiting one."""

    ANY = "ANY"
    ALONE = "ALONE"
    FIRST = "FIRST"
    QUEUED = "QUEUED"


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """All that decides over a firing, or an event. `pause` names what is paused: the job, a group or the deployment."""

    job: Job | None
    state: JobState
    run: Run | None
    skipped: bool
    pause: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFilter:
    """Which runs: of a job or of a group (its subgroups too), with one of these statuses, by the time in their ids.

    They have all of these labels.
    """

    job_id: str | None = None
    group: str | None = None
    statuses: Collection[RunStatus] = tuple(RunStatus)
    since: datetime | None = None
    until: datetime | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


class RunStore(Protocol):
    """Keeps runs."""

    def get(self, job_id: str, run_id: str) -> Run | None: ...
    def get_all(self, keys: Iterable[tuple[str, str]]) -> list[Run]: ...
    def put(self, run: Run, key: IdempotencyKey | None, claim: Claim) -> None: ...
    def active(self, group: str | None) -> Iterable[Run]: ...
    def page(self, wish: PageRequest, wanted: RunFilter) -> Page[Run]: ...
    def finished(self, job_id: str, since: datetime) -> list[Run]: ...
    def surplus(self, job_id: str, status: RunStatus, kept: int) -> list[str]: ...
    def settled(self, since: datetime, until: datetime) -> Mapping[str, datetime]: ...
    def settle(self, job_id: str, run_id: str, outcome: Outcome, now: datetime) -> bool: ...
    def track(self, report: TaskReport) -> bool: ...
    def delete(self, run: Run, now: datetime) -> bool: ...


class TaskStore(Protocol):
    """Keeps the tasks of runs that have several, and counts them in their run."""

    def get(self, job_id: str, run_id: str, index: int) -> IndexedTask | None: ...
    def page(
        self, job_id: str, run_id: str, wish: PageRequest, statuses: Collection[RunStatus]
    ) -> Page[IndexedTask]: ...
    def settle(self, job_id: str, run_id: str, index: int, outcome: Outcome, now: datetime) -> bool: ...
    def track(self, report: TaskReport) -> bool: ...


class FiringStore(Protocol):
    """Keeps what became of firings that started no run at once."""

    def situation(self, occasion: Occasion) -> Situation: ...
    def skip(self, skip: Skip, *, waiting: bool) -> None: ...
    def miss(self, occasion: Occasion, run: Run, outcome: Outcome, *, waiting: bool = False) -> None: ...
    def wait(self, firing: Firing, instead_of: Skip | None) -> None: ...
    def waiting(self, group: str | None) -> Iterable[str]: ...
    def skips(self, job_id: str, wish: PageRequest) -> Page[Skip]: ...


class Executions(Protocol):
    """Starts and stops the executions that carry runs."""

    def start(self, run: Run) -> None: ...
    def stop(self, run: Run, cause: str) -> None: ...
    def exists(self, run: Run) -> bool: ...
    def ending(self, run: Run) -> Ending | None: ...
    def ending_of(self, execution: str) -> Ending | None: ...


class TaskStopper(Protocol):
    """Ends ECS tasks."""

    def stop(self, task_arn: str, reason: str) -> None: ...


class SweepPlace(Protocol):
    """Remembers from when on settled runs are yet to be swept."""

    def get(self) -> datetime | None: ...
    def put(self, moment: datetime) -> None: ...


class Payloads(Protocol):
    """Keeps the payloads that do not fit into a task's overrides."""

    def url(self, job_id: str, run_id: str) -> str: ...
    def put(self, job_id: str, run_id: str, text: str) -> None: ...
    def get(self, job_id: str, run_id: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class LogPage:
    """Part of an attempt's log: (time, line) pairs, and the place to go on reading from."""

    lines: tuple[tuple[datetime, str], ...]
    token: str | None


class TaskLogs(Protocol):
    """Reads what tasks have printed."""

    def read(self, stream: str, token: str | None) -> LogPage: ...


class RunMetrics(Protocol):
    """Knows how many runs there were."""

    def of_runs(self, now: datetime) -> Mapping[str, int]: ...
