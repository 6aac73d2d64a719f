"""What the use cases need of the outside world; functions/aws has the implementations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from functions.jobs.job import Job, JobState, LaunchPlan, Schedule
from functions.jobs.outcome import Ending, Outcome
from functions.jobs.run import Run
from functions.jobs.task import TaskReport


class StalePlanError(Exception):
    """The launch plan that a run was to be put with is not the job's; `plan` is, or None if there is no such job."""

    def __init__(self, plan: LaunchPlan | None) -> None:
        super().__init__("The job has another launch plan.")
        self.plan = plan


class RunExistsError(Exception):
    """The trigger was heard before: this is the run that it started."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"Run {run_id} exists.")
        self.run_id = run_id


class JobStore(Protocol):
    """Keeps jobs."""

    def get(self, job_id: str) -> Job | None: ...
    def all(self) -> list[Job]: ...
    def create(self, job: Job) -> bool: ...
    def update(self, job: Job, *, replacing: LaunchPlan) -> bool: ...
    def delete(self, job_id: str) -> bool: ...
    def states(self, job_ids: Iterable[str]) -> Mapping[str, JobState]: ...
    def add_schedule(self, job_id: str, schedule: Schedule) -> bool: ...


class RunStore(Protocol):
    """Keeps runs."""

    def get(self, job_id: str, run_id: str) -> Run | None: ...
    def get_all(self, keys: Iterable[tuple[str, str]]) -> list[Run]: ...
    def put(self, run: Run, idempotency_key: str | None) -> None: ...
    def finished(self, job_id: str, since: datetime) -> list[Run]: ...
    def settle(self, job_id: str, run_id: str, outcome: Outcome, now: datetime) -> bool: ...
    def track(self, report: TaskReport) -> bool: ...
    def purge(self, job_id: str) -> None: ...


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
