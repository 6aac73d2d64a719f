"""What happens to fleet runs: calls of the state machine, reports of devices, events of AWS IoT, and readers."""

import json
from contextlib import suppress
from typing import Any

from functions.aws import clients
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.errors import JobsError
from functions.jobs.model.page import PageRequest
from functions.jobs.model.run import derived_run_id
from functions.jobs.runs.conclude_rollout import output_of
from functions.jobs.runs.follow_devices import read_report
from functions.jobs.runs.trigger import Trigger
from tests.conftest import ENVIRONMENT
from tests.engine import picture
from tests.engine.clock import Clock
from tests.engine.engine import Engine
from tests.engine.interruptions import OVERTAKING, Kind
from tests.engine.sights import Sights
from tests.engine.story import Fleets, Notes
from tests.fleets.account import Job
from tests.fleets.core import IotCore
from tests.fleets.door import IotDoor
from tests.fleets.waiting import Waiting

PREFIX = f"{ENVIRONMENT['FAMILY_PREFIX']}-"
DEADLINE = 86_400  # seconds


class Rollouts(Sights):
    """A fleet of two lamps. Events of AWS and calls of state machines are never refused."""

    engine: Engine
    notes: Notes

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.iot = IotCore(lambda: clock.now)
        self.iot.add_things("lamp-1", "lamp-2", group="lamps", kind="lamp")
        self.waiting = Waiting(clients.stepfunctions(), lambda: clock.now)
        self.fleets = Fleets(self.iot, self.waiting)
        self._door = IotDoor(self.iot, clients.iot())

    def ask(self, model: Any, context: dict[str, Any]) -> object:
        """Answer a call in memory."""
        return self.waiting.call(model, context) or self._door.call(model, context)

    def new_id(self, job_id: str) -> str:
        """A run id by the time, as the API makes it, but the same in each story."""
        return derived_run_id(self.clock.now, job_id, self.clock.now.isoformat())

    def fleet(self, *, grouped: bool = False, **more: Any) -> dict[str, Any]:
        """The `run` of a fleet job; `grouped`: it needs a temporary group, and has no end of its own."""
        targets = {"query": "kind:lamp"} if grouped else {"groups": ["lamps"]}
        selection = {"targetSelection": "CONTINUOUS"} if grouped else {}
        return {"fleet": {"targets": targets, "document": {}, **selection, **more}, "timeoutSeconds": DEADLINE}

    def job_of(self, run_id: str) -> Job | None:
        """The run's IoT job."""
        return self.iot.account.jobs.get(PREFIX + run_id)

    def roll_out(self, run_id: str) -> None:
        """The state machine calls, for the first time or because it got no answer."""
        job_id = picture.job_of(picture.execution(run_id))
        self.engine.rollout_starter.roll_out(job_id, run_id, self.waiting.enter(run_id), self.clock.now, lambda: True)
        self.waiting.answered(run_id)

    def close(self, run_id: str) -> None:
        """The run reaches its time limit: the state machine calls, and ends by the answer."""
        if picture.ended(picture.execution(run_id)):
            return
        self.waiting.close(run_id)
        verdict = self.engine.rollout_ender.end_at_deadline(run_id, lambda: True)
        if verdict.error:
            self.waiting.end(run_id, "FAILED", error=verdict.error, cause=verdict.message)
        else:
            self.waiting.end(run_id, "SUCCEEDED", output=json.dumps(output_of(verdict)))
        self.waiting.answered(run_id)

    def machines_go_on(self) -> None:
        """State machines that got no answer call again: after seconds, and before a sweep."""
        for run_id in sorted(self.waiting.asking):
            if picture.ended(picture.execution(run_id)):
                continue
            if run_id in self.waiting.closing:
                self.close(run_id)
            else:
                self.roll_out(run_id)

    def start(self, run_id: str, *things: str) -> None:
        """Devices begin. There is no event for that."""
        self.iot.start(PREFIX + run_id, *things)

    def report(self, run_id: str, status: str, *things: str) -> None:
        """Devices end, without names all that have not. Their events are not delivered yet."""
        job = self.job_of(run_id)
        if job is None:
            return
        while left := [thing for thing, one in job.latest().items() if one.is_open and thing in (things or [thing])]:
            for thing in left:
                self.iot.report(PREFIX + run_id, status, thing)
                status = "SUCCEEDED"  # of several, only the first one ends otherwise
            if things:
                return

    def hear(self) -> None:
        """Deliver all events of IoT, the latest first, then all of them again."""
        events = list(self.iot.events)
        self.iot.events.clear()
        for event in [*reversed(events), *events]:
            self.hear_of(event)

    def hear_of(self, event: dict[str, Any]) -> None:
        """Deliver one event of IoT."""
        run_id = event["jobId"].removeprefix(PREFIX)
        if event["eventType"] == "JOB":
            self.engine.follower.note_job(run_id, self.clock.now, lambda: True)
        elif report := read_report(event):
            self.engine.follower.note_device(run_id, report)

    def end_rollout(self, run_id: str, status: str) -> None:
        """Bring a fleet run to its end: the state machine calls until it gets an answer, and the devices report."""
        if self.job_of(run_id) is None and run_id not in self.waiting.closing:
            self.roll_out(run_id)
        job = self.job_of(run_id)
        if picture.ended(picture.execution(run_id)):
            return
        if run_id in self.waiting.closing or job is None or job.is_continuous:
            self.close(run_id)
        else:
            self.report(run_id, status)

    def let_go(self, *, heard: bool) -> None:
        """Let the last devices report, and sweep: nothing may be left of rollouts whose runs have ended."""
        if not self.is_fleet():
            return
        for job_id in self.iot.account.jobs:
            self.report(job_id.removeprefix(PREFIX), "FAILED")
        if heard:
            self.hear()
        for _ in range(3):
            if self.leftovers():
                self.clock.wait(minutes=10)
                self.engine.rollout_sweeper.sweep_rollouts(self.clock.now, lambda: True)
        assert self.leftovers() == []

    def device(self, run_id: str, thing: str, status: str) -> None:
        """A device begins or ends, if it still has the job."""
        job = self.job_of(run_id)
        latest = job.latest().get(thing) if job else None
        if latest and latest.is_open and status == "IN_PROGRESS":
            self.start(run_id, thing)
        elif latest and latest.is_open:
            self.report(run_id, status, thing)

    def cancel_by_hand(self, run_id: str) -> None:
        """Somebody cancels the IoT job in the console."""
        job = self.job_of(run_id)
        if job and job.status == "IN_PROGRESS":
            self.iot.cancel(PREFIX + run_id, "BY_HAND")

    def callable(self) -> list[str]:
        """The runs whose state machine has yet to call, or got no answer."""
        runs = [one.name for one in picture.executions() if not picture.ended(one) and one.name in self.of_fleets()]
        waiting = self.waiting
        return [run for run in runs if run not in waiting.entered or run in waiting.asking - waiting.closing]

    def rolled_out(self) -> list[str]:
        """The runs for which the state machine has called."""
        return sorted(self.waiting.entered)

    def read(self, run_id: str) -> None:
        """A caller reads the devices of a run."""
        job_id = picture.job_of(picture.execution(run_id))
        with suppress(JobsError):
            run = self.engine.runs.get(job_id, run_id)
            if run:
                self.engine.device_pages.read_devices(
                    run, PageRequest(limit=10), list(DeviceStatus), self.clock.now, lambda: True
                )

    def retry(self, run_id: str) -> str:
        """A caller retries the failed devices of a run; returns the new run's id."""
        job_id = picture.job_of(picture.execution(run_id))
        trigger = Trigger(job_id=job_id, run_id=self.new_id(job_id), now=self.clock.now)
        self.notes.triggers[job_id].add(trigger.run_id)
        with suppress(JobsError):
            run = self.engine.device_retrier.retry_devices(trigger, run_id, (DeviceStatus.FAILED,))
            self.notes.known[job_id][run.id] = run.created_at
            return run.id
        return ""

    def overtaking(self) -> list[Kind]:
        """What may overtake a function. Another call for a fleet job does not concern the first one's run."""
        kinds = [kind for kind in OVERTAKING if kind is not Kind.RIVALLED or self.scheduled()]
        return [kind for kind in kinds if kind is not Kind.CALLED] if self.is_fleet() else kinds

    def is_fleet(self) -> bool:
        """Whether anything was ever rolled out."""
        return bool(self.waiting.entered)

    def unfinished(self) -> list[str]:
        """What sweeps should have done for rollouts, as messages."""
        found: list[str] = []
        if not self.is_fleet():
            return found
        active = {run_id for job in picture.take().jobs.values() for run_id in job.active}
        for job_id, job in self.iot.account.jobs.items():
            run_id, is_over = job_id.removeprefix(PREFIX), not any(one.is_open for one in job.latest().values())
            if job.status == "IN_PROGRESS" and run_id not in active:
                found.append(f"the IoT job of run {run_id} goes on, the run does not")
            if job.status != "IN_PROGRESS" and is_over and run_id in active:
                found.append(f"the IoT job of run {run_id} has ended, the run has not")
        return found

    def leftovers(self) -> list[str]:
        """What is left of rollouts, or unknown of them, once all devices have reported and sweeps have run."""
        seen = picture.take()
        found = [f"the temporary group {name} is left" for name in self.iot.account.groups if name != "lamps"]
        found += [f"the rollout {run_id} is open" for run_id, is_open in seen.rollouts.items() if is_open]
        for job_id, job in seen.jobs.items():
            for run_id in job.runs:
                rolled_out = self.job_of(run_id)
                known = {thing: (number, status) for thing, (number, status) in job.devices.get(run_id, {}).items()}
                latest = rolled_out.latest() if rolled_out else {}
                there = {thing: (one.number, one.status) for thing, one in latest.items()}
                if known != there:
                    found.append(f"{job_id}: of run {run_id} is known {known}, and IoT has {there}")
        return found
