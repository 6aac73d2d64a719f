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

VERSION = "1"
_LABELS = 100_000  # bytes as JSON: EventBridge takes 256 KB for all


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
        "labels": subject.labels if len(json.dumps(subject.labels)) <= _LABELS else None,
        "revision": subject.revision,
        "createdAt": moment(subject.created_at),
        **more,
    }
    return StatusEvent(name=name, detail={key: value for key, value in detail.items() if value is not None})


def moment(at: datetime | None) -> str | None:
    """A time as events have it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None
