"""The events of AWS IoT about jobs and their executions (AWS IoT Developer Guide, "Jobs events"), with their topic."""

from datetime import datetime
from typing import Any

from tests.conftest import ACCOUNT, REGION
from tests.fleets.account import Execution, Job

ARN = f"arn:aws:iot:{REGION}:{ACCOUNT}"
_COUNTED = ("Canceled", "Rejected", "Failed", "Removed", "Succeeded", "TimedOut")


def named(arn: str) -> tuple[str, str]:
    """The kind of an ARN, `thing` or `thinggroup`, and the name, which may contain colons."""
    kind, _, name = arn.split(":", 5)[5].partition("/")
    return kind, name


def job_event(job: Job, what: str, now: datetime) -> dict[str, Any]:
    """The event of a job that was completed, canceled or deleted, or is being deleted."""
    counts = {status.title().replace("_", ""): number for status, number in job.counts().items()}
    job_id = job.asked["jobId"]
    return {
        "eventType": "JOB",
        "eventId": f"{job_id} {what}",
        "timestamp": int(now.timestamp()),
        "operation": what,
        "jobId": job_id,
        "status": job.status,
        "targetSelection": job.asked.get("targetSelection", "SNAPSHOT"),
        "targets": job.asked["targets"],
        "description": job.asked.get("description", ""),
        "createdAt": int(job.created_at.timestamp() * 1000),
        "lastUpdatedAt": int(now.timestamp() * 1000),
        "jobProcessDetails": {f"numberOf{name}Things": counts.get(name, 0) for name in _COUNTED},
        **({"completedAt": int(now.timestamp() * 1000)} if what == "completed" else job.ended),
        "topic": f"$aws/events/job/{job_id}/{what}",
    }


def execution_event(job_id: str, thing: str, execution: Execution, now: datetime) -> dict[str, Any]:
    """The event of an execution that has ended."""
    what = execution.status.lower()
    return {
        "eventType": "JOB_EXECUTION",
        "eventId": f"{job_id} {thing} {execution.number} {what}",
        "timestamp": int(now.timestamp()),
        "operation": what,
        "jobId": job_id,
        "thingArn": f"{ARN}:thing/{thing}",
        "status": execution.status,
        "statusDetails": dict(execution.details),
        "executionNumber": execution.number,
        "topic": f"$aws/events/jobExecution/{job_id}/{what}",
    }
