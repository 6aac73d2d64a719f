"""Corrections of when devices are notified of a job: the clock, the rate of a rollout, schedules."""

import functools
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from ministack.core.responses import error_response_json, request_scope
from ministack.services import iot

from local.corrections.iot import plan as plans
from local.corrections.iot.timers import Due, Duties
from local.corrections.registry import correction, replace
from local.schedules.clock import Clock

Answer = tuple[int, dict[str, str], bytes]
Job = dict[str, Any]


@correction("iot.clock")
def one_clock(clock: Clock) -> None:
    """Have IoT ask the scheduler's clock for the time, so that one move of it moves both.

    MiniStack asks this machine's clock. AWS's timers of jobs take minutes to a week, which no test waits for.
    """
    replace(iot, time=SimpleNamespace(**{**vars(time), "time": lambda: clock.now().timestamp()}))


@correction("iot.rates")
def rates(duties: list[Duties]) -> None:
    """Notify the next batch of a rollout with a rate when it is due.

    MiniStack waits for this machine's clock between two batches, and queues those of a continuous job twice. AWS (IoT
    Developer Guide, "Job rollout rates") notifies a number of devices per minute. This minute is by the clock that a
    test can move.
    """
    replace(iot, _jobs_rollout_start=lambda account, region, job: None)
    duties.append(_batches)


def _batches() -> Iterator[Due]:
    """Yield the next batches of all jobs that are in progress."""
    for (account, region, _), job in list(iot._jobs._data.items()):
        if job["status"] == "IN_PROGRESS" and job.get("rolloutQueue"):
            when = job["rolloutBatchAt"] + iot._JOB_ROLLOUT_INTERVAL_MS
            yield Due(when, functools.partial(_release, account, region, job))


async def _release(account: str, region: str, job: Job) -> None:
    """Notify the next devices of those that wait."""
    async with iot.publishing_events():
        with request_scope(account, region):
            released = _queue(job)
        for thing, before in released.items():
            await iot.jobs_notify_thing(account, region, thing, before)


def _queue(job: Job) -> dict[str, str | None]:
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


@correction("iot.schedules")
def schedules(duties: list[Duties]) -> None:
    """Hold jobs back that have not begun, or wait for their next maintenance window.

    MiniStack keeps `schedulingConfig` and begins at once. AWS (IoT Developer Guide, "Jobs and job execution states";
    API Reference, SchedulingConfig): a job is SCHEDULED until its start, or the next maintenance window, when it begins
    to notify devices; at the end of a window it is SCHEDULED again. A scheduled job can be canceled. The pages do not
    say how a window's cron expression is written: here as for EventBridge Scheduler, in UTC. No job ends at an
    `endTime` here: one that asks for it is refused.
    """
    materialize, queue = iot._jobs_materialize_executions, iot._jobs_queue_execution

    def materialize_executions(job_id: str) -> None:
        if not _waits(iot._jobs.get(job_id) or {}):
            materialize(job_id)

    def queue_execution(thing: str, job_id: str, now: int) -> None:
        if not _waits(iot._jobs[job_id]):
            queue(thing, job_id, now)

    replace(
        iot,
        _create_job=_scheduling(iot._create_job),
        _cancel_job=_starting(iot._cancel_job),
        _delete_job=_starting(iot._delete_job),
        _jobs_materialize_executions=materialize_executions,
        _jobs_queue_execution=queue_execution,
    )
    duties.append(_turns)


def _turns() -> Iterator[Due]:
    """Yield when jobs open, and when their windows close."""
    for (account, region, _), job in list(iot._jobs._data.items()):
        opening = job.get("opening")
        if opening and job["status"] == "SCHEDULED":
            yield Due(opening.at, functools.partial(_open, account, region, job))
        if opening and opening.closes and job["status"] == "IN_PROGRESS":
            yield Due(opening.closes, functools.partial(_close, job))


def _waits(job: Job) -> bool:
    """Return whether no device is to be notified yet."""
    start = plans.stamp_at((job.get("schedulingConfig") or {}).get("startTime"))
    early = start is not None and "opening" not in job
    return early or job.get("status") == "SCHEDULED"


def _scheduling(create: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    async def create_job(job_id: str, asked: dict[str, Any]) -> Answer:
        plan, selection = asked.get("schedulingConfig") or {}, asked.get("targetSelection", "SNAPSHOT")
        # Who asks goes by this machine's clock, however far the local one was moved.
        if problem := plans.problem(plan, datetime.now(UTC), snapshot=selection == "SNAPSHOT"):
            refused: Answer = error_response_json("InvalidRequestException", problem, 400)
            return refused
        answer = await create(job_id, asked)
        if answer[0] == 200 and _waits(job := iot._jobs[job_id]):
            job.update(status="SCHEDULED", opening=plans.next_opening(job["schedulingConfig"], iot._jobs_now_ms()))
            job.pop("rolloutQueue", None)
        return answer

    return create_job


def _starting(operation: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    """MiniStack ends jobs that are in progress: a scheduled one is, for as long as it takes to end it."""

    async def answer(job_id: str, *rest: Any) -> Answer:
        job = iot._jobs.get(job_id)
        if job is None or job["status"] != "SCHEDULED":
            return await operation(job_id, *rest)
        job["status"] = "IN_PROGRESS"
        answered = await operation(job_id, *rest)
        if job["status"] == "IN_PROGRESS":
            job["status"] = "SCHEDULED"
        return answered

    return answer


async def _open(account: str, region: str, job: Job) -> None:
    """Notify the devices that have not been, at the job's rate."""
    with request_scope(account, region):
        known = {thing for thing, job_id in iot._job_executions if job_id == job["jobId"]}
        skipped = known | set(job.get("executionsDeletedFor") or ())
        waiting = [thing for thing in iot._job_target_things(job["targets"]) if thing not in skipped]
        job.update(status="IN_PROGRESS", lastUpdatedAt=iot._jobs_now_ms(), rolloutQueue=waiting, snapshotted=True)
    await _release(account, region, job)


async def _close(job: Job) -> None:
    now = iot._jobs_now_ms()
    job.update(status="SCHEDULED", lastUpdatedAt=now, opening=plans.next_opening(job["schedulingConfig"], now))
