"""Status events: what a change of a run or a job is called, and what is told of it.

The names are Metronome's. A consumer may rely on this, and on no more, as long as `version` is "1":

| name | when |
|---|---|
| job_created, job_updated, job_deleted | a job came, has another version (document, schedules, pause), went |
| job_run_started | a run was put and waits for its task |
| job_run_updated | an active run's status, an attempt, or its count of ended tasks has changed |
| job_run_finished | a run has succeeded |
| job_run_failed | a run has failed; also one that never started (MISSED), of which no job_run_started was told |

| detail | of | says |
|---|---|---|
| version | all | "1": the version of this table |
| eventId | all | the same if the event is told again |
| sequence | all | digits, as text: of two events of one run, or of one job, the later one has the greater text |
| at | all | when it happened, to the second |
| stage, jobId | all | the deployment, the job |
| labels, revision | all | of the run, or of the job: its labels, the revision of the job's document |
| createdAt | all | of the run, or of the job |
| previousRevision | job_updated | the one before, if the document was saved |
| pausedAt | job_... | since when the job is paused |
| runId, status, previousStatus | job_run_... | previousStatus is absent in the first event of a run |
| reason, message, exitCode, completedAt | job_run_... | once it has ended; of a message the first 2,000 characters |
| attempt, attemptStatus | job_run_... | number of the newest attempt, and how its task stands |
| cause, causeId, scheduleId, scheduledAt, rerunOf | job_run_... | what started it |
| taskCount, succeededTasks, failedTasks | job_run_... | of a run with several tasks: how many there are, and ended |

What is not known is absent. Times are RFC 3339, in UTC. An event may come twice, and after a later one. Parameters,
overrides and payloads are not told: they may hold what is private. No event tells that a finished run was deleted or
forgotten, nor what is still learned of its tasks. Labels that are too many for an event are absent.
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
_LARGEST_LABELS = 100_000  # bytes as JSON: EventBridge takes 256 KB for all


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What is known of a change beside its subject. `sequence` grows with each change of one run or job."""

    event_id: str
    sequence: str
    at: datetime
    stage: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """Whose change it is."""

    job_id: str
    labels: Mapping[str, str]
    revision: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StatusEvent:
    """An event: its name and its detail, both as the tables above say."""

    name: str
    detail: Mapping[str, Any]


def status_event(name: str, change: Change, subject: Subject, more: Mapping[str, Any]) -> StatusEvent:
    """An event with what all have, and more; without what is not known."""
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
    """A time as events have it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def job_event(change: Change, old: Job | None, new: Job | None) -> StatusEvent | None:
    """The event of this change of a job; None if nothing is told."""
    job = new or old
    if job is None or (old and new and old.etag == new.etag):
        return None
    name = "job_deleted" if new is None else "job_updated" if old else "job_created"
    before = old.plan.revision if old and old.plan.revision != job.plan.revision else None
    subject = Subject(job_id=job.id, labels=job.spec["labels"], revision=job.plan.revision, created_at=job.created_at)
    return status_event(name, change, subject, {"previousRevision": before, "pausedAt": moment(job.paused_at)})


_LONGEST_MESSAGE = 2_000  # characters


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
