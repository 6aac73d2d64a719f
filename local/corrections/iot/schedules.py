"""Jobs with a schedule.

MiniStack keeps `schedulingConfig` and begins at once. AWS (IoT Developer Guide, "Jobs and job execution states"; API
Reference, SchedulingConfig): a job is SCHEDULED until its start, or the next maintenance window, when it begins to
notify devices; at the end of a window it is SCHEDULED again; at its end no device is notified any more, and what is
queued (CANCEL), or all that is not over (FORCE_CANCEL), is canceled. A scheduled job can be canceled. The pages do not
say how a window's cron expression is written: here as for EventBridge Scheduler, in UTC.
"""

import functools
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from ministack.core.responses import error_response_json, request_scope
from ministack.services import iot

from local.corrections.iot import plan as plans
from local.corrections.iot import rollouts as iot_rollouts
from local.corrections.iot import schedule_ends as iot_schedule_ends
from local.corrections.iot.timers import Due
from local.schedules.clock import Clock

Answer = tuple[int, dict[str, str], bytes]
Job = dict[str, Any]


def install(clock: Clock) -> None:
    """Hold jobs back that have not begun."""
    iot._create_job = _scheduling(iot._create_job, clock)
    iot._cancel_job, iot._delete_job = _starting(iot._cancel_job), _starting(iot._delete_job)
    materialize, queue, complete = iot._jobs_materialize_executions, iot._jobs_queue_execution, iot._jobs_maybe_complete

    def materialize_executions(job_id: str) -> None:
        if not _waits(iot._jobs.get(job_id) or {}):
            materialize(job_id)

    def queue_execution(thing: str, job_id: str, now: int) -> None:
        if not _waits(iot._jobs[job_id]):
            queue(thing, job_id, now)

    def maybe_complete(job_id: str) -> None:
        complete(job_id)
        iot_schedule_ends.complete(iot._jobs.get(job_id) or {})

    iot._jobs_materialize_executions, iot._jobs_queue_execution = materialize_executions, queue_execution
    iot._jobs_maybe_complete = maybe_complete


def due() -> Iterator[Due]:
    """The beginnings and ends of all jobs with a schedule."""
    for (account, region, _), job in list(iot._jobs._data.items()):
        plan = job.get("schedulingConfig") or {}
        for when, act in _moments(job, plan):
            yield Due(when, functools.partial(act, account, region, job))


def _moments(job: Job, plan: dict[str, Any]) -> Iterator[tuple[int, Callable[..., Awaitable[None]]]]:
    end = plans.stamp_at(plan.get("endTime"))
    if end and not job.get("stopped") and job["status"] in ("SCHEDULED", "IN_PROGRESS"):
        yield end, iot_schedule_ends.end
    if job["status"] == "SCHEDULED" and job.get("opening"):
        yield job["opening"].at, _open
    if job["status"] == "IN_PROGRESS" and job.get("opening") and job["opening"].closes:
        yield job["opening"].closes, _close


def _waits(job: Job) -> bool:
    """Whether no device is to be notified: it has not begun, or is over."""
    start = plans.stamp_at((job.get("schedulingConfig") or {}).get("startTime"))
    early = start is not None and "opening" not in job
    return bool(early or job.get("stopped") or job.get("status") == "SCHEDULED")


def _scheduling(create: Callable[..., Awaitable[Answer]], clock: Clock) -> Callable[..., Awaitable[Answer]]:
    async def create_job(job_id: str, asked: dict[str, Any]) -> Answer:
        plan, selection = asked.get("schedulingConfig") or {}, asked.get("targetSelection", "SNAPSHOT")
        if problem := plans.problem(plan, clock.now(), snapshot=selection == "SNAPSHOT"):
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
    await iot_rollouts.release(account, region, job)


async def _close(_: str, __: str, job: Job) -> None:
    now = iot._jobs_now_ms()
    job.update(status="SCHEDULED", lastUpdatedAt=now, opening=plans.next_opening(job["schedulingConfig"], now))
