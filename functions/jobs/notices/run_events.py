"""What is told of a change of a run: functions/jobs/notices/status_events.py says it in words."""

from typing import Any

from functions.jobs.fleet.device import OPEN
from functions.jobs.notices.status_events import Change, StatusEvent, Subject, moment, status_event
from functions.jobs.run import Run, RunStatus

_MESSAGE = 2_000  # characters


def run_event(change: Change, old: Run | None, new: Run | None) -> StatusEvent | None:
    """The event of this change of a run; None if nothing is told."""
    if new is None or (name := _name(old, new)) is None:
        return None
    subject = Subject(job_id=new.job_id, labels=new.labels, revision=new.plan.revision, created_at=new.created_at)
    told = {"previousStatus": old.status if old else None, **_standing_of(new), **_cause_of(new)}
    return status_event(name, change, subject, told)


def _name(old: Run | None, new: Run) -> str | None:
    if new.is_active:
        changed = "job_run_updated" if old and _told(old) != _told(new) else None
        return changed if old else "job_run_started"
    if old and not old.is_active:
        return None
    return "job_run_finished" if new.status is RunStatus.SUCCESS else "job_run_failed"


def _told(run: Run) -> object:
    """What of an active run is told. Its attempts have versions, which change with each word of ECS."""
    attempts = {number: (one.status, one.exit_code, one.reason) for number, one in run.attempts.items()}
    ended = {status: number for status, number in run.devices.items() if status not in OPEN}
    return run.status, attempts, run.succeeded_tasks, run.failed_tasks, ended


def _standing_of(run: Run) -> dict[str, Any]:
    newest = max(run.attempts.values(), key=lambda attempt: attempt.number, default=None)
    several = run.plan.task_count > 1
    return {
        "runId": run.id,
        "status": run.status,
        "reason": run.reason,
        "message": run.message[:_MESSAGE] if run.message else None,
        "exitCode": run.exit_code,
        "attempt": newest.number if newest else None,
        "attemptStatus": newest.status if newest else None,
        "completedAt": moment(run.completed_at),
        "taskCount": run.plan.task_count if several else None,
        "succeededTasks": run.succeeded_tasks if several else None,
        "failedTasks": len(run.failed_tasks) if several else None,
        "devices": dict(run.devices) if run.plan.fleet else None,
    }


def _cause_of(run: Run) -> dict[str, Any]:
    return {
        "cause": run.cause,
        "causeId": run.cause_id,
        "scheduleId": run.schedule_id,
        "scheduledAt": moment(run.scheduled_at),
        "rerunOf": run.rerun_of,
    }
