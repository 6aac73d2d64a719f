"""The tasks of a run, identified by their index, each with its own attempts; and why they failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from functions.jobs.model.run import ACTIVE_STATUSES, Attempt, Reason, Run, RunStatus

# Reasons that end an attempt from outside. ECS reports all of them as a task that somebody stopped.
_FROM_OUTSIDE = (Reason.TIMEOUT, Reason.DEADLINE, Reason.STOPPED, Reason.ABORTED)


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
        return reason if reason in _FROM_OUTSIDE else Reason.TIMEOUT
    limit = run.overrides.attempt_timeout or run.plan.attempt_timeout
    if limit is None or attempt.started_at is None or attempt.stopped_at is None:
        return Reason.STOPPED
    return Reason.TIMEOUT if (attempt.stopped_at - attempt.started_at).total_seconds() >= limit else Reason.STOPPED
