"""Retries of job executions.

MiniStack keeps `jobExecutionsRetryConfig` and does nothing with it. AWS (IoT Developer Guide, "Job execution timeout
and retry configurations"): an execution that has FAILED or is TIMED_OUT is queued again, with the next number, as often
as the configuration says and as long as the job is in progress; REJECTED is not retried. The count of a device begins
anew when it joins a group again.
"""

from collections.abc import Iterator
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import iot

Execution = dict[str, Any]
RETRIED = ("FAILED", "TIMED_OUT")


def install() -> None:
    """Queue a retry before it is asked whether the job is complete."""
    complete, notify = iot._jobs_maybe_complete, iot.jobs_notify_thing
    renewed: set[tuple[str, str, str, str]] = set()

    def maybe_complete(job_id: str) -> None:
        for execution in list(_to_retry(iot._jobs.get(job_id) or {})):
            _retry(execution)
            renewed.add((get_account_id(), get_region(), execution["thingName"], job_id))
        complete(job_id)

    async def notify_thing(account: str, region: str, thing: str, before: str | None) -> None:
        # MiniStack compares job ids: a device is told of the next execution of the same job, too.
        again = (account, region, thing, before or "")
        await notify(account, region, thing, None if again in renewed else before)
        renewed.discard(again)

    iot._jobs_maybe_complete = maybe_complete
    iot.jobs_notify_thing = notify_thing


def _to_retry(job: dict[str, Any]) -> Iterator[Execution]:
    criteria = (job.get("jobExecutionsRetryConfig") or {}).get("criteriaList")
    if not criteria or job["status"] != "IN_PROGRESS" or job.get("stopped"):
        return
    targeted = set(iot._job_target_things(job["targets"])) if job["targetSelection"] == "CONTINUOUS" else iot._things
    for execution in iot._job_executions.values():
        failed = execution["jobId"] == job["jobId"] and execution["status"] in RETRIED
        if failed and execution["thingName"] in targeted and any(_is_left(one, execution) for one in criteria):
            yield execution


def _is_left(criterion: dict[str, Any], execution: Execution) -> bool:
    used: dict[str, int] = execution.get("retries", {})
    kind = criterion["failureType"]
    if kind == "ALL":
        return sum(used.values()) < int(criterion["numberOfRetries"])
    return bool(kind == execution["status"] and used.get(kind, 0) < criterion["numberOfRetries"])


def _retry(execution: Execution) -> None:
    thing, job_id, kind = execution["thingName"], execution["jobId"], execution["status"]
    used = execution.get("retries", {})
    iot._jobs_queue_execution(thing, job_id, iot._jobs_now_ms())
    queued = iot._job_executions[(thing, job_id)]
    queued["retryAttempt"] = execution.get("retryAttempt", 0) + 1
    queued["retries"] = {**used, kind: used.get(kind, 0) + 1}
