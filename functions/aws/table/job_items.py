"""Jobs, their states, waiting firings and revisions as items of the table, and back."""

import json
from datetime import datetime
from typing import Any

from functions.aws.table.run_items import plan_of, plan_values
from functions.aws.table.table import Item, job_key, moment_of
from functions.jobs.model.firing import Firing
from functions.jobs.model.job import Group, Job, JobState, Revision

JOBS = "JOBS"  # the partition of GSI1 that lists all jobs by id
WAITING = "WAITING"  # the partition of GSI1 that lists the states with a waiting firing
STARTS_WAITING = "SET queued = :firing, GSI1PK = :waiting, GSI1SK = :job"
NO_LONGER_WAITING = "REMOVE queued, GSI1PK, GSI1SK"


def revision_key(job_id: str, number: int) -> dict[str, str]:
    """The key of a revision. The revisions of a job sort by number."""
    return {"PK": f"JOB#{job_id}", "SK": f"REV#{number:08d}"}


def job_item(job: Job) -> dict[str, Any]:
    """A job as an item."""
    return job_key(job.id) | {"GSI1PK": JOBS, "GSI1SK": job.id, "createdAt": job.created_at.isoformat()} | changing(job)


def changing(job: Job) -> dict[str, Any]:
    """The attributes that an update may change. The labels are beside the document too, because filters need them."""
    return {
        "spec": json.dumps(job.spec),
        "labels": job.spec["labels"],
        "schedules": {schedule_id: json.dumps(schedule) for schedule_id, schedule in job.schedules.items()},
        "plan": plan_values(job.plan),
        "version": job.version,
    }


def job_of(item: Item) -> Job:
    """The job in an item."""
    return Job(
        spec=json.loads(item["spec"]),
        plan=plan_of(item["plan"]),
        created_at=datetime.fromisoformat(item["createdAt"]),
        schedules={schedule_id: json.loads(text) for schedule_id, text in item["schedules"].items()},
        version=item["version"],
        paused_at=moment_of(item, "pausedAt"),
    )


def revision_item(job: Job, now: datetime) -> dict[str, Any]:
    """The job's current revision as an item of its own."""
    return revision_key(job.id, job.plan.revision) | {
        "spec": json.dumps(job.spec),
        "plan": plan_values(job.plan),
        "createdAt": now.isoformat(),
    }


def revision_of(item: Item) -> Revision:
    """The revision in an item."""
    return Revision(
        spec=json.loads(item["spec"]),
        plan=plan_of(item["plan"]),
        saved_at=datetime.fromisoformat(item["createdAt"]),
    )


def state_of(item: Item) -> JobState:
    """The state in an item."""
    return JobState(
        active=frozenset(item.get("active", ())),
        children=frozenset(item.get("children", ())),
        successes=item["successes"],
        failures=item["failures"],
        skips=item.get("skips", 0),
        last_success_at=moment_of(item, "lastSuccessAt"),
        last_failure_at=moment_of(item, "lastFailureAt"),
        last_success_run=item.get("lastSuccessRun"),
        last_failure_run=item.get("lastFailureRun"),
        last_started_at=moment_of(item, "lastStartedAt"),
        waiting=waiting_of(item),
        keep_successes=item.get("kept", {}).get("successes"),
        keep_failures=item.get("kept", {}).get("failures"),
    )


def waiting_values(firing: Firing) -> dict[str, str]:
    """The waiting firing as a map attribute of its job's state."""
    at = firing.scheduled_at.isoformat()
    return {"runId": firing.run_id, "scheduleId": firing.schedule_id, "scheduledAt": at}


def waiting_of(state: Item) -> Firing | None:
    """The waiting firing in the item of a job's state, or None."""
    return firing_of(state["PK"], state["queued"]) if "queued" in state else None


def firing_of(partition: str, values: Item) -> Firing:
    return Firing(
        job_id=partition.removeprefix("JOB#"),
        schedule_id=values["scheduleId"],
        scheduled_at=datetime.fromisoformat(values["scheduledAt"]),
    )


def group_of(item: Item) -> Group:
    """The group in an item. The deployment has no number of jobs, so its number is 0."""
    return Group(item["PK"].removeprefix("GROUP#"), item.get("jobs", 0), moment_of(item, "pausedAt"))
