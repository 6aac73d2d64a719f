"""Time limits of job executions.

MiniStack looks at them when somebody reads, sends no notification then, and lets a step timer outlast the job's limit.
AWS (IoT Developer Guide, "Job execution timeout and retry configurations"): an execution that stays IN_PROGRESS for
longer than the job's in-progress timer or its own step timer becomes TIMED_OUT by itself, which its event and the
device's notification tell; the step timer cannot exceed the in-progress timer's bound.
"""

import functools
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import iot

from local.corrections.iot.timers import Due

Execution = dict[str, Any]
MINUTE = 60_000


def install() -> None:
    """Leave time limits to what is due."""
    iot._jobs_apply_timeout = _unchanged
    iot._jobs_seconds_before_timeout = _seconds_left


def due() -> Iterator[Due]:
    """The time limits of all executions that are in progress."""
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
    """When an execution times out; None if it does not."""
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
