"""Dispatch a firing: it starts a run, is skipped, waits, or is missed.

Scheduler starts this when a schedule fires. The end of a run starts it for the waiting firing, and the sweep for a run
that was put and not started. A repeated firing changes nothing: its run or its skip is in the table already.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from functions.jobs.expressions.expression import is_due, latest_start
from functions.jobs.model.errors import RunNotFoundError
from functions.jobs.model.firing import Firing, Skip, SkipReason
from functions.jobs.model.job import Job, JobState
from functions.jobs.model.outcome import missed
from functions.jobs.model.run import Run, RunStatus
from functions.jobs.model.schedule import Policy, Schedule
from functions.jobs.ports.runs import BusyError, Claim, Executions, FiringStore, RunStore, Situation
from functions.jobs.runs.stop import RunStopper
from functions.jobs.runs.trigger import RunStarter, Trigger

_TRIES = 8
_CLAIM_OF = {
    Policy.ALLOW: Claim.ANY,
    Policy.FORBID: Claim.ALONE,
    Policy.REPLACE: Claim.ALONE,
    Policy.QUEUE: Claim.FIRST,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispatcher:
    """Decides what becomes of a firing, by the schedule's concurrency policy."""

    firings: FiringStore
    runs: RunStore
    executions: Executions
    starter: RunStarter
    stopper: RunStopper

    def dispatch_firing(self, firing: Firing, now: datetime) -> Run | Skip | Firing | None:
        """Start the run of a firing, or decide why it starts none.

        Returns the run, the skip, or the firing itself if it waits; None if the firing was decided before or its
        schedule no longer has it. Raises BusyError if the job's state keeps changing: the firing is delivered again.
        """
        with suppress(RunNotFoundError):  # its run is in the table, but has expired
            for _ in range(_TRIES):
                with suppress(BusyError):
                    return self._dispatch(firing, self.firings.situation(firing), now)
            raise BusyError
        return None

    def _dispatch(self, firing: Firing, seen: Situation, now: datetime) -> Run | Skip | Firing | None:
        schedule = seen.job.schedules.get(firing.schedule_id) if seen.job else None
        waits = seen.state.waiting == firing
        if seen.run:
            return self._resume(seen.run, firing, now, late=schedule is not None and _is_late(seen.run, schedule, now))
        if firing.run_id in seen.state.active:
            raise BusyError  # a batch read is no snapshot: the run was put in the middle of it
        if seen.skipped or (waits and seen.state.active):
            return firing if waits else None
        if seen.job is None or schedule is None or not is_due(schedule, firing.scheduled_at):
            return self._skip(firing, SkipReason.WITHDRAWN, "The schedule was changed.", now, waits) if waits else None
        if seen.pause:
            return self._skip(firing, SkipReason.PAUSED, f"{seen.pause} is paused.", now, waits)
        return self._decide(firing, seen.job, schedule, seen.state, now)

    def _decide(
        self, firing: Firing, job: Job, schedule: Schedule, state: JobState, now: datetime
    ) -> Run | Skip | Firing | None:
        self.starter.remember_plan(job)
        trigger = _trigger(firing, schedule, now)
        if state.waiting == firing:
            return self.starter.trigger_run(replace(trigger, claim=Claim.WAITING))
        if now > latest_start(schedule, firing.scheduled_at):
            return self._miss(firing, trigger.run(job.plan))
        return self._by_policy(firing, trigger, Policy(schedule["concurrencyPolicy"]), state)

    def _resume(self, run: Run, firing: Firing, now: datetime, *, late: bool) -> Run:
        """Start the execution of a run that an earlier delivery has put, if it was not started.

        If it is late, the run is missed instead.
        """
        if run.status is RunStatus.INITIAL and late and not self.executions.exists(run):
            outcome = missed(firing.scheduled_at)
            self.executions.stop(run, outcome.message or "")  # uses up its name: nothing can start it now
            self.runs.settle(run.job_id, run.id, outcome, now)
            return run
        return self.starter.begin_run(run)

    def _by_policy(
        self, firing: Firing, trigger: Trigger, policy: Policy, state: JobState
    ) -> Run | Skip | Firing | None:
        now = trigger.now
        if policy is Policy.FORBID and state.active:
            return self._skip(firing, SkipReason.ACTIVE_RUN, _active_message(state), now)
        if policy is Policy.QUEUE and (state.active or state.waiting):
            return self._wait(firing, state.waiting, now)
        if policy is Policy.REPLACE and state.active:
            runs = self.runs.get_all((firing.job_id, run_id) for run_id in state.active)
            if any(run.scheduled_at and run.scheduled_at > firing.scheduled_at for run in runs):
                return self._skip(firing, SkipReason.SUPERSEDED, "The run of a later firing is active.", now)
            message = f"Replaced by run {firing.run_id} of schedule {firing.schedule_id}."
            for run in runs:
                with suppress(RunNotFoundError):  # it has ended and was deleted
                    self.stopper.stop_run(run.job_id, run.id, now, message)
        return self.starter.trigger_run(trigger)

    def _wait(self, firing: Firing, waiting: Firing | None, now: datetime) -> Run | Skip | Firing | None:
        if waiting and waiting.scheduled_at > firing.scheduled_at:
            return self._skip(firing, SkipReason.SUPERSEDED, "A later firing is waiting.", now)
        message = f"The firing of schedule {firing.schedule_id} for {firing.scheduled_at.isoformat()} waits instead."
        self.firings.wait(firing, _skip(waiting, SkipReason.SUPERSEDED, message, now) if waiting else None)
        return self.dispatch_firing(firing, now)  # the run that it waits for may have ended meanwhile

    def _skip(self, firing: Firing, reason: SkipReason, message: str, now: datetime, waits: bool = False) -> Skip:
        skip = _skip(firing, reason, message, now)
        self.firings.skip(skip, waiting=waits)
        return skip

    def _miss(self, firing: Firing, run: Run) -> Run:
        outcome = missed(firing.scheduled_at)
        self.firings.miss(firing, run, outcome)
        return replace(run, status=outcome.status, reason=outcome.reason)


def _is_late(run: Run, schedule: Schedule, now: datetime) -> bool:
    """Whether the starting deadline is over. A run that was put after it is not late, because its firing had waited."""
    deadline = latest_start(schedule, run.scheduled_at or run.created_at)
    waited = schedule["concurrencyPolicy"] == Policy.QUEUE and run.created_at > deadline
    return now > deadline and not waited


def _trigger(firing: Firing, schedule: Schedule, now: datetime) -> Trigger:
    claim = _CLAIM_OF[Policy(schedule["concurrencyPolicy"])]
    return replace(Trigger.of_firing(firing, now), parameters=schedule.get("parameters", {}), claim=claim)


def _active_message(state: JobState) -> str:
    first, *others = sorted(state.active)
    return f"Run {first} was active{f', and {len(others)} more' if others else ''}."


def _skip(firing: Firing, reason: SkipReason, message: str, now: datetime) -> Skip:
    return Skip(occasion=firing, skipped_at=now, reason=reason, message=message)
