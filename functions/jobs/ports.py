"""What the use cases need of the outside world; functions/aws has the implementations."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from functions.jobs.groups import Group
from functions.jobs.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.job import Job, JobState, LaunchPlan, Revision, Schedule
from functions.jobs.outcome import Ending, Outcome
from functions.jobs.run import Run, RunStatus
from functions.jobs.task import TaskReport

T = TypeVar("T")


class StalePlanError(Exception):
    """The launch plan that a run was to be put with is not the job's; `plan` is, or None if there is no such job."""

    def __init__(self, plan: LaunchPlan | None) -> None:
        super().__init__("The job has another launch plan.")
        self.plan = plan


class RunExistsError(Exception):
    """The trigger was heard before: there is a run with its run id."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list, and the cursor that the next part begins at; None at the end."""

    items: Sequence[T]
    cursor: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PageWish:
    """Which part of a list: at most `limit` items, after `cursor`."""

    limit: int
    cursor: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFilter:
    """Which runs: of a job or of a group (its subgroups too), with one of these statuses, by the time in their ids."""

    job_id: str | None = None
    group: str | None = None
    statuses: Collection[RunStatus] = tuple(RunStatus)
    since: datetime | None = None
    until: datetime | None = None


class JobStore(Protocol):
    """Keeps jobs, each with its state. What cannot be written is raised as the error that it is for the caller."""

    def get(self, job_id: str) -> Job | None: ...
    def get_all(self, job_ids: Iterable[str]) -> list[Job]: ...
    def page(self, wish: PageWish, *, group: str | None, labels: Mapping[str, str]) -> Page[Job]: ...
    def recall(self, key: IdempotencyKey, now: datetime) -> KeyUsedError | None: ...
    def create(self, job: Job, key: IdempotencyKey | None) -> None: ...
    def update(self, job: Job, *, replacing: Job, now: datetime) -> None: ...
    def delete(self, job: Job) -> None: ...
    def purge(self, job_id: str, before: datetime) -> None: ...
    def states(self, job_ids: Iterable[str]) -> Mapping[str, JobState]: ...


class ScheduleStore(Protocol):
    """Keeps the schedules of jobs: `job` is the job as it was read, and must not have changed since."""

    def add(self, job: Job, schedule: Schedule, key: IdempotencyKey | None, now: datetime) -> None: ...
    def replace(self, job: Job, schedule: Schedule) -> None: ...
    def delete(self, job: Job, schedule_id: str) -> None: ...


class RevisionStore(Protocol):
    """Keeps what jobs were, revision by revision; newest first."""

    def get(self, job_id: str, number: int) -> Revision | None: ...
    def page(self, job_id: str, wish: PageWish) -> Page[Revision]: ...


class GroupStore(Protocol):
    """Counts the jobs of each group."""

    def get(self, group_id: str) -> Group | None: ...
    def page(self, wish: PageWish) -> Page[Group]: ...


class RunStore(Protocol):
    """Keeps runs."""

    def get(self, job_id: str, run_id: str) -> Run | None: ...
    def get_all(self, keys: Iterable[tuple[str, str]]) -> list[Run]: ...
    def put(self, run: Run, key: IdempotencyKey | None) -> None: ...
    def active(self, group: str | None) -> Iterable[Run]: ...
    def page(self, wish: PageWish, wanted: RunFilter) -> Page[Run]: ...
    def finished(self, job_id: str, since: datetime) -> list[Run]: ...
    def settle(self, job_id: str, run_id: str, outcome: Outcome, now: datetime) -> bool: ...
    def track(self, report: TaskReport) -> bool: ...
    def delete(self, job_id: str, run_id: str) -> bool: ...


class Executions(Protocol):
    """Starts and stops the executions that carry runs."""

    def start(self, run: Run) -> None: ...
    def stop(self, run_id: str, cause: str) -> None: ...
    def ending(self, run_id: str) -> Ending | None: ...


class TaskDefinitions(Protocol):
    """Registers what runs execute."""

    def register(self, request: Mapping[str, Any]) -> str: ...
    def deregister(self, arn: str) -> None: ...
    def deregister_family(self, family: str) -> None: ...


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
