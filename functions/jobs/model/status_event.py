"""Status events: the name and the detail of the event for each change of a run or a job.

docs/operate.md, "Status events", is the contract with consumers while `version` is "1": when each event comes, and what
each field means. The names are Metronome's. Unknown values are absent. Parameters, overrides and payloads are left out,
because they may be private; so are labels that are too long for an event.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from functions.jobs.model.device import OPEN
from functions.jobs.model.job import Job
from functions.jobs.model.run import Run, RunStatus

VERSION = "1"
_LARGEST_LABELS = 100_000  # bytes as JSON; EventBridge takes 256 KB for the whole event


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change of a run or a job. `sequence` grows with each change of the same run or job."""

    event_id: str
    sequence: str
    at: datetime
    stage: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """The fields that events of jobs and of runs share: about the job, or about the run if it is a run's event."""

    job_id: str
    labels: Mapping[str, str]
    revision: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusEvent:
    """A status event: `name` is its detail-type, `detail` its detail."""

    name: str
    detail: Mapping[str, Any]


def status_event(name: str, change: Change, subject: Subject, more: Mapping[str, Any]) -> StatusEvent:
    """Return an event with the shared fields and `more`, leaving out unknown values."""
    detail = {
        "version": VERSION,
        "eventId": change.event_id,
        "sequence": change.sequence,
        "at": moment(change.at),
        "stage": change.stage,
        "jobId": subject.job_id,
        "labels": subject.labels if len(json.dumps(subject.labels)) <= _LARGEST_LABELS else None,
        "revision": subject.revision,
        "createdAt": moment(subject.created_at),
        **more,
    }
    return StatusEvent(name=name, detail={key: value for key, value in detail.items() if value is not None})


def moment(at: datetime | None) -> str | None:
    """Format a time as events have it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def job_event(change: Change, old: Job | None, new: Job | None) -> StatusEvent | None:
    """Return the event for this change of a job; None if consumers would see no difference."""
    job = new or old
    if job is None or (old and new and old.etag == new.etag):
        return None
    name = "job_deleted" if new is None else "job_updated" if old else "job_created"
    before = old.plan.revision if old and old.plan.revision != job.plan.revision else None
    subject = Subject(job_id=job.id, labels=job.spec["labels"], revision=job.plan.revision, created_at=job.created_at)
    return status_event(name, change, subject, {"previousRevision": before, "pausedAt": moment(job.paused_at)})


_LONGEST_MESSAGE = 2_000  # characters


def run_event(change: Change, old: Run | None, new: Run | None) -> StatusEvent | None:
    """Return the event for this change of a run; None if consumers would see no difference."""
    if new is None or (name := _name(old, new)) is None:
        return None
    subject = Subject(job_id=new.job_id, labels=new.labels, revision=new.plan.revision, created_at=new.created_at)
    more = {"previousStatus": old.status if old else None, **_progress_of(new), **_cause_of(new)}
    return status_event(name, change, subject, more)


def _name(old: Run | None, new: Run) -> str | None:
    if new.is_active:
        changed = "job_run_updated" if old and _visible(old) != _visible(new) else None
        return changed if old else "job_run_started"
    if old and not old.is_active:
        return None
    return "job_run_finished" if new.status is RunStatus.SUCCESS else "job_run_failed"


def _visible(run: Run) -> object:
    """Return what events show of an active run. The versions of its attempts are not part of that."""
    attempts = {number: (one.status, one.exit_code, one.reason) for number, one in run.attempts.items()}
    ended = {status: number for status, number in run.devices.items() if status not in OPEN}
    return run.status, attempts, run.succeeded_tasks, run.failed_tasks, ended


def _progress_of(run: Run) -> dict[str, Any]:
    newest = max(run.attempts.values(), key=lambda attempt: attempt.number, default=None)
    several = run.plan.task_count > 1
    return {
        "runId": run.id,
        "status": run.status,
        "reason": run.reason,
        "message": run.message[:_LONGEST_MESSAGE] if run.message else None,
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
