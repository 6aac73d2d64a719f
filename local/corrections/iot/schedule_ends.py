"""The end of a job with a schedule, and what its `endBehavior` does: see iot_schedules."""

from typing import Any

from ministack.core.responses import request_scope
from ministack.services import iot

Job = dict[str, Any]


async def end(account: str, region: str, job: Job) -> None:
    """Stop a job: no device is notified any more."""
    behavior = job["schedulingConfig"].get("endBehavior")
    job.update(stopped=True, status="IN_PROGRESS", rolloutQueue=[])
    canceled: dict[str, Any] = {}
    async with iot.publishing_events():
        with request_scope(account, region):
            if behavior in ("CANCEL", "FORCE_CANCEL"):
                canceled = iot._jobs_cancel(job["jobId"], {}, behavior == "FORCE_CANCEL")
            iot._jobs_maybe_complete(job["jobId"])
        for thing, before in canceled.items():
            await iot.jobs_notify_thing(account, region, thing, before)


def complete(job: Job) -> None:
    """Complete a job that is stopped, also a continuous one, once nothing of it is left to do."""
    if not job.get("stopped") or job["status"] != "IN_PROGRESS":
        return
    mine = [execution for execution in iot._job_executions.values() if execution["jobId"] == job["jobId"]]
    if all(execution["status"] in iot._JOB_EXECUTION_TERMINAL for execution in mine):
        now = iot._jobs_now_ms()
        job.update(status="COMPLETED", completedAt=now, lastUpdatedAt=now)
        iot._job_event(job, "completed")
