"""The whole engine on moto, and everyone who calls it: callers, Scheduler, Step Functions, ECS, EventBridge."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from functions.api.documents.job import JobDocument
from functions.api.routes.jobs import schedules_of, spec_of
from functions.jobs.inputs.inputs import Inputs
from functions.jobs.model.ecs_task import read_task
from functions.jobs.model.error_collector import ErrorCollector
from functions.jobs.model.errors import JobsError
from functions.jobs.model.event import JobEvent
from functions.jobs.model.firing import Firing, Skip
from functions.jobs.model.idempotency import IdempotencyKey
from functions.jobs.model.outcome import Ending, outcome_of
from functions.jobs.model.run import Run
from functions.jobs.runs.trigger import Trigger, delete_run
from tests.engine import picture
from tests.engine.clock import Clock
from tests.engine.engine import Engine
from tests.engine.interruptions import Fault, Interruptions, KilledError, Kind, LostError, RefusedError
from tests.engine.loose_ends import loose_ends, too_many
from tests.engine.rollouts import Rollouts
from tests.engine.sights import JOB
from tests.engine.story import Moment, Notes
from tests.unit.tasks import task_event

MIDNIGHT = datetime(2026, 1, 2, tzinfo=UTC)
ENDS = ("SUCCEEDED", "FAILED")
FOREVER = 10**9  # seconds
__all__ = ["ENDS", "FOREVER", "JOB", "World"]


class World(Rollouts):
    """What may happen, each as a call of one function, and what is true afterwards.

    Callers may get one of the API's errors. Events of AWS never do.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.notes = Notes()
        self.engine = Engine()
        self.interruptions = Interruptions(clock.call, self._observe, self.ask)

    def suffer(self, fault: Fault, act: Callable[[], object], other: Callable[[], object] | None = None) -> bool:
        """Do something with a fault, then start a new process; returns whether the fault happened.

        `other` is the process that overtakes it, unless its double does.
        """

        def rival(kind: Kind) -> None:
            if kind in (Kind.CALLED, Kind.OUTRUN):
                (other or self.trigger)()
            if kind is Kind.RIVALLED:
                (other or partial(self.fire, 50))()
            if kind in (Kind.DOUBLED, Kind.OUTRUN):
                act()
            if kind is Kind.OUTRUN:
                self.all_end()

        self.interruptions.arm(fault, rival)
        try:
            act()
        except* (KilledError, RefusedError, LostError):
            pass
        struck = self.interruptions.struck
        self.interruptions.arm(None)
        self.engine = Engine()
        return struck

    def moment(self) -> Moment:
        """This moment, to come back to."""
        return Moment.of(self.clock.now, self.notes, self.fleets)

    def back(self, moment: Moment) -> None:
        """Come back to a moment; all processes are new."""
        self.clock.now, self.notes, self.engine = moment.now, moment.back(self.fleets), Engine()

    def undone(self) -> list[str]:
        """What is left to do, as messages."""
        return loose_ends(picture.take(), self.notes) + self.unfinished()

    def too_many(self) -> list[str]:
        """Jobs that keep more runs than they should, as messages."""
        return too_many(picture.take())

    def save(self, job_id: str = JOB, policy: str | None = None, deadline: int = FOREVER, **more: Any) -> None:
        """A caller creates a job; with a policy, it has a schedule that fires each minute."""
        daily = {"id": "daily", "cron": "* * * * *", "startingDeadlineSeconds": deadline, "concurrencyPolicy": policy}
        given = more.pop("run", {})
        run = given if "fleet" in given else {"cpus": 0.1, "mem": 32, "disk": 0, "cmd": "echo hello"} | given
        document = {"id": job_id, "run": run, "schedules": [daily] if policy else []} | more
        made, catalog, now = JobDocument.model_validate(document), self.engine.catalog, self.clock.now
        with suppress(JobsError):
            catalog.save_draft(catalog.draft_new(spec_of(made), schedules_of(made), now), now)

    def trigger(self, job_id: str = JOB, key: str | None = None) -> str:
        """A caller starts a run; returns its id."""
        now = self.clock.now
        trigger = Trigger(job_id=job_id, run_id=self.new_id(job_id), now=now)
        self.notes.triggers[job_id].add(key or trigger.run_id)
        if key:
            trigger = replace(trigger, key=IdempotencyKey.of(key, job_id, ""))
        with suppress(JobsError):
            run = self.engine.launcher.launch_run(trigger, Inputs())
            self.notes.known[job_id][run.id] = run.created_at
            self.notes.keys[key or run.id].add(run.id)
            return run.id
        return ""

    def fire(self, minute: int = 0, job_id: str = JOB) -> str:
        """Scheduler delivers a firing."""
        firing = Firing(job_id=job_id, schedule_id="daily", scheduled_at=MIDNIGHT + timedelta(minutes=minute))
        match self.engine.dispatcher.dispatch_firing(firing, self.clock.now):
            case Run() as run:
                self.notes.known[job_id][run.id] = run.created_at
            case Skip() | Firing():
                self.notes.known[job_id][firing.run_id] = self.clock.now
        return firing.run_id

    def react(self, number: int = 0, job_id: str = JOB) -> None:
        """EventBridge delivers an event that fits a trigger of the job."""
        content = {"id": str(number), "time": MIDNIGHT.isoformat()}
        run = self.engine.reactor.react_to_event(
            JobEvent(job_id=job_id, event_id="order", content=content), self.clock.now
        )
        if isinstance(run, Run):
            self.notes.known[job_id][run.id] = run.created_at

    def end(self, run_id: str, status: str = "SUCCEEDED", **ending: Any) -> None:
        """The run's execution ends. Its event is not delivered yet."""
        self.clock.wait(minutes=0.1)
        execution = picture.execution(run_id)
        if run_id in self.of_fleets():
            self.end_rollout(run_id, status)
            return
        execution.status, execution.stop_date = status, self.clock.now
        execution.output, execution.error, execution.cause = "{}", None, None
        for name, text in ending.items():
            setattr(execution, name, text)

    def update(self, job_id: str = JOB, **more: Any) -> None:
        """A caller saves a job again, so that it gets another launch plan."""
        catalog, now = self.engine.catalog, self.clock.now
        with suppress(JobsError):
            old = catalog.find_job(job_id)
            catalog.save_draft(catalog.draft_change(old, {**old.spec, **more}, now), now)  # type: ignore[typeddict-item]

    def settle(self, run_id: str) -> None:
        """Step Functions reports the end of the run's execution."""
        if run_id in self.of_fleets():
            self.hear()
        one = picture.execution(run_id)
        assert one.stop_date
        ending = Ending(status=one.status, output=one.output, error=one.error, cause=one.cause)
        self.engine.settler.settle_run(picture.job_of(one), run_id, outcome_of(ending), one.stop_date, self.clock.now)

    def settle_task(self, run_id: str, index: int, status: str = "SUCCEEDED") -> None:
        """Step Functions reports the end of one of the run's several tasks."""
        job_id, outcome = picture.job_of(picture.execution(run_id)), outcome_of(Ending(status=status, output="{}"))
        self.engine.settler.settle_task(job_id, run_id, index, outcome, self.clock.now)

    def track(self, run_id: str, status: str = "RUNNING", version: int = 3, **more: str) -> None:
        """ECS reports the state of the run's task, if it has one."""
        if run_id in self.of_fleets():
            return
        event = task_event(
            status, version, **({"stoppedAt": "2026-01-02T03:05:06.789Z"} if status == "STOPPED" else {})
        )
        job_id = picture.job_of(picture.execution(run_id))
        variables = {"SHIFTWORK_JOB_ID": job_id, "SHIFTWORK_RUN_ID": run_id, "SHIFTWORK_ATTEMPT": "1"} | more
        environment = [{"name": name, "value": value} for name, value in variables.items()]
        event["overrides"]["containerOverrides"][0]["environment"] = environment
        report = read_task(event)
        assert report
        self.engine.track(report)

    def stop(self, run_id: str, job_id: str = JOB, *, force: bool = False) -> None:
        """A caller stops a run."""
        with suppress(JobsError):
            self.engine.stopper.stop_run(job_id, run_id, self.clock.now, force=force)
            self.notes.stopped.add(run_id)

    def stop_job(self, job_id: str = JOB) -> None:
        """A caller stops the runs of a job."""
        with suppress(JobsError):
            self.notes.stopped |= set(self.engine.stopper.stop_runs_of_job(job_id, self.clock.now).run_ids)

    def stop_group(self, group: str = "team") -> None:
        """A caller stops the runs of a group."""
        self.notes.stopped |= set(self.engine.stopper.stop_runs_of_group(group, self.clock.now).run_ids)

    def sweep(self) -> list[str]:
        """The sweep runs; returns what it repaired."""
        done: list[str] = []
        errors = ErrorCollector()
        sweep = self.engine.sweeper.sweep_runs
        for part in (sweep, self.engine.rollout_sweeper.sweep_rollouts) if self.is_fleet() else (sweep,):
            with errors.collect():
                done += part(self.clock.now, lambda: True)
        with errors.collect():
            self.engine.eraser.sweep_deletions(self.clock.now, lambda: True)
        errors.raise_all("the sweep")
        return done

    def delete(self, run_id: str, job_id: str = JOB) -> None:
        """A caller deletes a run."""
        with suppress(JobsError):
            delete_run(self.engine.runs, job_id, run_id, self.clock.now)

    def delete_job(self, job_id: str, *, stop_runs: bool) -> None:
        """A caller deletes a job."""
        catalog = self.engine.catalog
        with suppress(JobsError):
            catalog.delete_job(catalog.find_job(job_id), stop_runs=stop_runs, now=self.clock.now)

    def pause(self, job_id: str, *, paused: bool) -> None:
        """A caller pauses a job, or resumes it."""
        with suppress(JobsError):
            self.engine.jobs.pause(job_id, self.clock.now if paused else None)

    def wrong(self) -> list[str]:
        """The violations at any time so far."""
        return self.notes.ledger.wrong

    def killed_before(self, operation: str, act: Callable[[], object]) -> None:
        """Do something in a function that is killed before this call."""
        assert self.suffer(Fault(Kind.KILLED, operation), act)

    def all_end(self) -> None:
        """All runs end, and Step Functions reports it at once."""
        for number, run_id in enumerate(self.executions(ended=False)):
            self.end(run_id, ENDS[number % 2])
            self.settle(run_id)

    def _observe(self) -> None:
        self.notes.ledger.observe(picture.take())
