"""The tasks of a run, each with attempts of its own: one, or several at once, told apart by their index."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from functions.jobs.model.run import ACTIVE_STATUSES, Attempt, Reason, Run, RunStatus

# What ends an attempt from outside; of each of them ECS says that somebody stopped the task.
_FROM_OUTSIDE = (Reason.TIMEOUT, Reason.DEADLINE, Reason.STOPPED, Reason.ABORTED)


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexedTask:
    """One of the tasks of a run; `reason`, `message` and `exit_code` are those of its end."""

    index: int
    status: RunStatus
    attempts: Mapping[int, Attempt] = field(default_factory=dict)
    reason: Reason | None = None
    message: str | None = None
    exit_code: int | None = None
    completed_at: datetime | None = None


def only_task(run: Run) -> IndexedTask:
    """The task of a run that has just one: it stands as the run does."""
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
    """Why a task failed: one that was aborted because its run was stopped was stopped."""
    stopped = task.reason is Reason.ABORTED and run.reason in (Reason.STOPPED, Reason.DEADLINE)
    return run.reason if stopped else task.reason


def attempt_reason(run: Run, task: IndexedTask, attempt: Attempt) -> Reason | None:
    """Why an attempt failed. To ECS a time limit looks like a person who stops the task; what happened next tells.

    What a person stopped is not tried again. Before it is known what happens next, the clock decides.
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
