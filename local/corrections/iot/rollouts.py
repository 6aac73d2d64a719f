"""The batches of a rollout with a rate.

MiniStack waits for this machine's clock between two batches, and queues those of a continuous job twice. AWS (IoT
Developer Guide, "Job rollout rates") notifies so many devices per minute; here the minute is the one of the clock that
a test can move.
"""

import functools
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import iot

from local.corrections.iot.timers import Due


def install() -> None:
    """Leave the next batch to what is due."""
    iot._jobs_rollout_start = lambda account, region, job: None


def due() -> Iterator[Due]:
    """The next batches of all jobs that are in progress."""
    for (account, region, _), job in list(iot._jobs._data.items()):
        if job["status"] == "IN_PROGRESS" and job.get("rolloutQueue"):
            when = job["rolloutBatchAt"] + iot._JOB_ROLLOUT_INTERVAL_MS
            yield Due(when, functools.partial(release, account, region, job))


async def release(account: str, region: str, job: dict[str, Any]) -> None:
    """Notify the next devices of those that wait."""
    async with iot.publishing_events():
        with request_scope(account, region):
            released = _queue(job)
        for thing, before in released.items():
            await iot.jobs_notify_thing(account, region, thing, before)


def _queue(job: dict[str, Any]) -> dict[str, str | None]:
    """Queue the next batch; its things, with the job that each had to do first until now."""
    waiting, job_id, now = job["rolloutQueue"], job["jobId"], iot._jobs_now_ms()
    batch = waiting[: iot._jobs_rollout_batch_size(job, len(waiting))]
    targeted = set(iot._job_target_things(job["targets"])) if job["targetSelection"] == "CONTINUOUS" else iot._things
    # Looking at a thing's jobs queues what it does not wait for: so they wait until all have been looked at.
    told = {one: iot.jobs_first_pending_job_id(one) for one in batch if one in targeted}
    job.update(rolloutQueue=waiting[len(batch) :], rolloutBatchAt=now)
    for thing in told:
        if (thing, job_id) not in iot._job_executions:
            iot._jobs_queue_execution(thing, job_id, now)
    iot._jobs_maybe_complete(job_id)
    return told
