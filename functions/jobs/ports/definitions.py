"""Ports for definitions: stores of jobs, schedules, revisions, groups, hooks and marks, and their copies in AWS."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from functions.jobs.model.deletion import Deletion
from functions.jobs.model.event import EventRule, Pattern
from functions.jobs.model.hook import Hook
from functions.jobs.model.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.model.job import EventSpec, Group, Job, JobState, Revision
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.schedule import Schedule
from functions.jobs.model.sync_mark import SyncMark


class JobStore(Protocol):
    """Keeps jobs, each with its state. A write that fails its condition raises a JobsError for the caller."""

    def get(self, job_id: str) -> Job | None: ...

    def get_all(self, job_ids: Iterable[str]) -> list[Job]:
        """Return the jobs that exist, in no order."""

    def page(self, request: PageRequest, *, group: str | None, labels: Mapping[str, str]) -> Page[Job]:
        """Return jobs by id: all, or those of a group with its subgroups; with all of these labels."""

    def recall(self, key: IdempotencyKey, now: datetime) -> KeyUsedError | None:
        """Return what an earlier request with this key created; None if the key is new."""

    def create(self, job: Job, key: IdempotencyKey | None, mark: SyncMark | None) -> None:
        """Save a new job with an empty state. Raises JobExistsError, JobErasedError, DependencyError, KeyUsedError."""

    def update(self, job: Job, *, replacing: Job, now: datetime, mark: SyncMark | None) -> None:
        """Save another revision. Raises JobChangedError if `replacing` is not the saved state, DependencyError."""

    def pause(self, job_id: str, at: datetime | None) -> None:
        """Pause a job, or resume it if `at` is None. Raises JobNotFoundError."""

    def check_free(self, job_id: str) -> None:
        """Check that a new job can have this id. Raises JobExistsError, JobErasedError."""

    def delete(self, job: Job, deletion: Deletion, mark: SyncMark | None) -> None:
        """Delete a job and begin to erase what belongs to it. Raises JobChangedError, ActiveRunsError, ChildrenError.

        Its state goes too, unless the deletion stops active runs.
        """

    def states(self, job_ids: Iterable[str]) -> Mapping[str, JobState]:
        """Return the states of the jobs that exist, by job id."""


class DeletionStore(Protocol):
    """Keeps the deletions of jobs that are not finished."""

    def due(self, before: datetime) -> Iterable[Deletion]:
        """Return the deletions that began before this time, oldest first."""

    def erase_some(self, deletion: Deletion) -> bool:
        """Delete some of the items that belonged to the job; return False if there were none left."""

    def free(self, deletion: Deletion, rest: Deletion | None) -> None:
        """Delete the job's state and free its id; `rest` is what is left to do then."""

    def finish(self, rest: Deletion) -> None:
        """Finish the deletion: nothing is left to do."""


class ScheduleStore(Protocol):
    """Keeps the schedules of jobs. `job` is the job as the caller read it; JobChangedError if it has changed since."""

    def put(self, job: Job, schedule: Schedule, mark: SyncMark, key: IdempotencyKey | None) -> None:
        """Add a schedule, or replace the one with its id. Raises KeyUsedError."""

    def delete(self, job: Job, schedule_id: str, mark: SyncMark) -> None: ...


class RevisionStore(Protocol):
    """Keeps the revisions of jobs."""

    def get(self, job_id: str, number: int) -> Revision | None: ...

    def page(self, job_id: str, request: PageRequest) -> Page[Revision]:
        """Return the revisions of a job, newest first."""


class GroupStore(Protocol):
    """Keeps the number of jobs of each group, and which groups are paused."""

    def get(self, group_id: str) -> Group | None:
        """Return a group; None if it has no job and is not paused."""

    def pause(self, group_id: str, at: datetime | None) -> None:
        """Pause a group, or resume it if `at` is None. Raises NotFoundError."""

    def page(self, request: PageRequest) -> Page[Group]:
        """Return the groups by id."""


class HookStore(Protocol):
    """Keeps the hooks of jobs, and counts their calls."""

    def get(self, hook_id: str) -> Hook | None: ...

    def all(self, job_id: str) -> list[Hook]:
        """Return the hooks of a job, in no order."""

    def add(self, hook: Hook, limit: int) -> None:
        """Save a new hook. Raises HookLimitError if the job has `limit` hooks, JobNotFoundError."""

    def rotate(self, hook: Hook, *, replacing: Hook) -> bool:
        """Save the hook's new secret; return False if the saved secret is not that of `replacing`."""

    def delete(self, hook: Hook) -> bool:
        """Delete a hook; return False if it does not exist."""

    def count(self, hook: Hook, minute: int, now: datetime) -> bool:
        """Count a call; return False if the hook has changed since it was read, or has no call left this minute."""


class TaskDefinitions(Protocol):
    """Registers task definitions with ECS."""

    def register(self, request: Mapping[str, Any]) -> str:
        """Register a task definition and return its ARN. Raises InvalidError with ECS's message if ECS refuses it."""

    def deregister(self, arn: str) -> None: ...

    def last_revision(self, family: str) -> int:
        """Return the highest number of a family's active task definitions; 0 if there are none."""

    def active_up_to(self, family: str, last: int) -> Iterator[str]:
        """Return the ARNs of a family's active task definitions up to the number `last`."""


class ImageTags(Protocol):
    """Keeps the task definitions of jobs with another image tag, each for one launch plan of the job."""

    def get(self, job: Job, tag: str) -> str | None:
        """Return the ARN for this tag; None if there is none yet."""

    def put(self, job: Job, tag: str, arn: str, now: datetime) -> str | None:
        """Keep an ARN and return the kept one, which may be another call's; None if the job has changed."""


class SyncMarks(Protocol):
    """Keeps the marks of jobs whose schedules or event rules AWS may not have yet."""

    def finish(self, mark: SyncMark) -> SyncMark | None:
        """Remove the writer from the mark; if another writer came since, return the mark as it is now."""

    def due(self, before: datetime) -> Iterable[SyncMark]:
        """Return the marks whose last write was before this time, oldest first."""

    def clear(self, mark: SyncMark) -> None:
        """Remove a mark of any writer, unless it was written again."""


class Scheduler(Protocol):
    """EventBridge Scheduler, which fires the schedules."""

    def put(self, job_id: str, schedule: Schedule, now: datetime) -> None:
        """Create the schedule in Scheduler, or replace it."""

    def delete(self, job_id: str, schedule_id: str) -> None:
        """Delete the schedule in Scheduler, if it exists."""


class EventRules(Protocol):
    """EventBridge, which delivers the events that match a pattern."""

    def faults(self, job: Job, event: EventSpec) -> Mapping[str, str]:
        """Return what is not allowed: a message for each field (`pattern`, `bus`) of an event trigger of the job.

        EventBridge would refuse it, or the pattern matches an event that the job's own runs cause.
        """

    def put(self, job_id: str, rule: EventRule, pattern: Pattern) -> None:
        """Create the event rule, or replace it. Raises RulesFullError if the bus has no room."""

    def delete(self, job_id: str, rule: EventRule) -> None:
        """Delete the event rule, if it exists."""
