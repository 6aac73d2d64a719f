"""AWS IoT Jobs in memory: what the service does by itself, and what devices and people do with it.

It is as AWS describes it (AWS IoT Developer Guide, "Jobs and job execution states"), as far as fleet runs rely on it.
Events are kept, in order: the tests deliver them, or not.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from tests.fleets.account import Account, Execution, Group, Job
from tests.fleets.events import execution_event, job_event, named


class RefusedByIotError(Exception):
    """A device reports a change that AWS IoT refuses, because its status is final."""


class IotCore:
    """One account. `rolls_out`: a new job reaches all its devices at once, else when `roll_out` is called."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.account = Account()
        self.rolls_out = True

    @property
    def events(self) -> list[dict[str, Any]]:
        """The published events. A test that delivers one removes it."""
        return self.account.events

    def add_things(self, *names: str, group: str | None = None, **attributes: str) -> None:
        """Register things, and put them into a group."""
        self.account.things |= {name: {**self.account.things.get(name, {}), **attributes} for name in names}
        if group:
            self.account.groups.setdefault(group, Group()).things |= set(names)
        self.membership_changed()

    def remove_thing(self, name: str, group: str | None = None) -> None:
        """Take a thing out of a group; without one: out of the registry."""
        if group:
            self.account.groups[group].things.discard(name)
        else:
            del self.account.things[name]
        self.membership_changed()

    def create(self, asked: dict[str, Any]) -> None:
        """Create a job."""
        job = Job(asked, self.now())
        self.account.jobs[asked["jobId"]] = job
        job.waiting = self.targets(job)
        if self.rolls_out:
            self.roll_out(asked["jobId"])

    def roll_out(self, job_id: str, most: int | None = None) -> None:
        """Let AWS IoT notify the next devices."""
        job = self.account.jobs[job_id]
        notified, job.waiting = job.waiting[:most], job.waiting[len(job.waiting[:most]) :]
        for thing in notified:
            self._queue(job, thing)

    def start(self, job_id: str, *things: str) -> None:
        """Let devices begin. There is no event for that."""
        for thing in things:
            execution = self._open(job_id, thing)
            execution.status, execution.started_at = "IN_PROGRESS", execution.started_at or self.now()
            execution.updated_at = self.now()

    def report(self, job_id: str, status: str, *things: str, **details: str) -> None:
        """Let devices, or IoT's timer, end the job with this status."""
        for thing in things:
            self._end(job_id, thing, self._open(job_id, thing), status, details)

    def cancel(self, job_id: str, reason: str = "", comment: str = "", *, force: bool = False) -> None:
        """Cancel the job, as Shiftwork or a person does."""
        job, stays = self.account.jobs[job_id], () if force else ("IN_PROGRESS",)
        job.status, job.waiting, job.completed_at = "CANCELED", [], self.now()
        told = {"reasonCode": reason, "comment": comment}
        job.ended = {name: text for name, text in told.items() if text} | {"forceCanceled": force}
        for thing, execution in job.latest().items():
            if execution.is_open and execution.status not in stays:
                self._end(job_id, thing, execution, "CANCELED", {})
        self._tell(job_event(job, "canceled", self.now()))

    def delete(self, job_id: str) -> None:
        """Delete the job and its executions, as a person does."""
        job = self.account.jobs.pop(job_id)
        job.status = "DELETION_IN_PROGRESS"
        for what in ("deletion_in_progress", "deleted"):
            self._tell(job_event(job, what, self.now()))

    def targets(self, job: Job) -> list[str]:
        """The things that are a job's targets now."""
        found: dict[str, None] = {}
        for arn in job.asked["targets"]:
            kind, name = named(arn)
            if kind == "thing" and name in self.account.things:
                found[name] = None
            elif kind == "thinggroup" and name in self.account.groups:
                found |= dict.fromkeys(self.account.members(name))
        return list(found)

    def membership_changed(self) -> None:
        """Take jobs from things that are no longer targets, and give continuous jobs to new targets."""
        for job_id, job in self.account.jobs.items():
            targets = self.targets(job)
            for thing, execution in job.latest().items():
                if execution.is_open and thing not in targets:
                    self._end(job_id, thing, execution, "REMOVED", {})
            if job.is_continuous and job.status == "IN_PROGRESS":
                latest = job.latest()
                for thing in targets:
                    if thing not in job.waiting and (thing not in latest or latest[thing].status == "REMOVED"):
                        self._queue(job, thing)

    def _queue(self, job: Job, thing: str) -> None:
        executions = job.executions.setdefault(thing, [])
        executions.append(Execution(len(executions) + 1, "QUEUED", self.now(), self.now()))

    def _open(self, job_id: str, thing: str) -> Execution:
        execution = self.account.jobs[job_id].executions[thing][-1]
        if not execution.is_open:
            raise RefusedByIotError(f"{thing} is {execution.status}")
        return execution

    def _end(self, job_id: str, thing: str, execution: Execution, status: str, details: dict[str, str]) -> None:
        job = self.account.jobs[job_id]
        execution.status, execution.updated_at = status, self.now()
        execution.details = {**execution.details, **details}
        self._tell(execution_event(job_id, thing, execution, self.now()))
        if job.status != "IN_PROGRESS":
            return
        if status in _retried(job) and len(job.executions[thing]) <= _retried(job)[status]:
            self._queue(job, thing)
        if _is_aborted(job):
            self.cancel(job_id, "ABORT_CANCEL")
        elif not (job.is_continuous or job.waiting or any(one.is_open for one in job.latest().values())):
            job.status, job.completed_at = "COMPLETED", self.now()
            self._tell(job_event(job, "completed", self.now()))

    def _tell(self, event: dict[str, Any]) -> None:
        if self.account.events_on:
            self.events.append(event)


def _retried(job: Job) -> dict[str, int]:
    """How often a device that ends with each status gets the job again."""
    criteria: Iterable[dict[str, Any]] = job.asked.get("jobExecutionsRetryConfig", {}).get("criteriaList", [])
    times = {one["failureType"]: one["numberOfRetries"] for one in criteria}
    return times | dict.fromkeys(("FAILED", "TIMED_OUT"), times["ALL"]) if "ALL" in times else times


def _is_aborted(job: Job) -> bool:
    """Whether too many of the devices that have ended have failed."""
    counts = job.counts()
    counts["ALL"] = counts["FAILED"] + counts["REJECTED"] + counts["TIMED_OUT"]
    ended = counts["ALL"] + counts["SUCCEEDED"]
    return any(
        ended >= one["minNumberOfExecutedThings"]
        and counts[one["failureType"]] * 100 >= one["thresholdPercentage"] * ended
        for one in job.asked.get("abortConfig", {}).get("criteriaList", [])
    )
