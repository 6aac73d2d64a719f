"""Corrections of job executions: their time limits, and their retries."""

import functools
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import iot

from local.corrections.iot.timers import Due, Duties
from local.corrections.registry import correction, replace

Execution = dict[str, Any]
MINUTE = 60_000
RETRIED = ("FAILED", "TIMED_OUT")


@correction("iot.timeouts")
def timeouts(duties: list[Duties]) -> None:
    """Time executions out by themselves.

    MiniStack looks at time limits when somebody reads, sends no notification then, and lets a step timer outlast the
    job's limit. AWS (IoT Developer Guide, "Job execution timeout and retry configurations"): an execution that stays
    IN_PROGRESS for longer than the job's in-progress timer or its own step timer becomes TIMED_OUT by itself, which its
    event and the device's notification tell; the step timer cannot exceed the in-progress timer's bound.
    """
    replace(iot, _jobs_apply_timeout=_unchanged, _jobs_seconds_before_timeout=_seconds_left)
    duties.append(_time_limits)


def _time_limits() -> Iterator[Due]:
    """Yield the time limits of all executions that are in progress."""
    for (account, region, _), execution in list(iot._job_executions._data.items()):
        if execution["status"] != "IN_PROGRESS":
            continue
        with request_scope(account, region):
            ends = _end(execution)
        if ends is not None:
            yield Due(ends, functools.partial(_time_out, account, region, execution))


def _unchanged(execution: Execution) -> Execution:
    return execution


def _end(execution: Execution) -> int | None:
    """Return when an execution times out; None if it does not."""
    job = iot._jobs.get(execution["jobId"])
    if execution["status"] != "IN_PROGRESS" or job is None:
        return None
    minutes = (job.get("timeoutConfig") or {}).get("inProgressTimeoutInMinutes")
    minutes, ends = execution.get("jobTimeoutInMinutes", minutes), []
    if minutes:
        ends.append(execution["startedAt"] + minutes * MINUTE)
    if "stepTimeoutInMinutes" in execution:
        ends.append(execution["timeoutStartedAt"] + execution["stepTimeoutInMinutes"] * MINUTE)
    return min(ends, default=None)


def _seconds_left(execution: Execution) -> int | None:
    ends = _end(execution)
    return None if ends is None else max(0, (ends - iot._jobs_now_ms()) // 1000)


async def _time_out(account: str, region: str, execution: Execution) -> None:
    thing, job_id = execution["thingName"], execution["jobId"]
    async with iot.publishing_events():
        with request_scope(account, region):
            before = iot.jobs_first_pending_job_id(thing)
            execution.update(status="TIMED_OUT", lastUpdatedAt=iot._jobs_now_ms())
            execution["versionNumber"] += 1
            iot._job_execution_event(execution)
            iot._jobs_maybe_complete(job_id)
        await iot.jobs_notify_thing(account, region, thing, before)
        await iot.jobs_abort_if_met(account, region, job_id)


@correction("iot.retries")
def retries() -> None:
    """Queue a retry before it is asked whether the job is complete.

    MiniStack keeps `jobExecutionsRetryConfig` and does nothing with it. AWS (IoT Developer Guide, "Job execution
    timeout and retry configurations"): an execution that has FAILED or is TIMED_OUT is queued again, with the next
    number, as often as the configuration says and as long as the job is in progress; REJECTED is not retried. The count
    of a device begins anew when it joins a group again.
    """
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

    replace(iot, _jobs_maybe_complete=maybe_complete, jobs_notify_thing=notify_thing)


def _to_retry(job: dict[str, Any]) -> Iterator[Execution]:
    criteria = (job.get("jobExecutionsRetryConfig") or {}).get("criteriaList")
    if not criteria or job["status"] != "IN_PROGRESS":
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
