"""What is told of a change of a job: functions/jobs/notices/status_events.py says it in words."""

from functions.jobs.job import Job
from functions.jobs.notices.status_events import Change, StatusEvent, Subject, moment, status_event


def job_event(change: Change, old: Job | None, new: Job | None) -> StatusEvent | None:
    """The event of this change of a job; None if nothing is told."""
    job = new or old
    if job is None or (old and new and old.etag == new.etag):
        return None
    name = "job_deleted" if new is None else "job_updated" if old else "job_created"
    before = old.plan.revision if old and old.plan.revision != job.plan.revision else None
    subject = Subject(job_id=job.id, labels=job.spec["labels"], revision=job.plan.revision, created_at=job.created_at)
    return status_event(name, change, subject, {"previousRevision": before, "pausedAt": moment(job.paused_at)})
