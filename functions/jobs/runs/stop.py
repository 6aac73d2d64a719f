"""Stop a run, those of a job, those of a group. Stopping again changes nothing."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from functions.jobs.model.errors import JobNotFoundError, RunNotFoundError
from functions.jobs.model.firing import Firing
from functions.jobs.model.outcome import STOPPED, Ending, Outcome, outcome_of
from functions.jobs.model.run import Cause, Run
from functions.jobs.ports.definitions import JobStore
from functions.jobs.ports.runs import BusyError, Executions, FiringStore, RunStore
from functions.jobs.runs.end_rollout import RolloutEnder
from functions.jobs.runs.trigger import Trigger, found

MOST = 100  # runs that one call stops: each takes some calls of AWS, and an HTTP API waits 30 seconds
_CALL = "Stopped by a call of the API."


@dataclass(frozen=True, slots=True)
class Stopped:
    """The ids of the runs that were stopped, and how many were left for the next call."""

    run_ids: list[str]
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RunStopper:
    """Stops runs, and the firings that wait to become runs."""

    jobs: JobStore
    runs: RunStore
    executions: Executions
    firings: FiringStore
    rollouts: RolloutEnder

    def stop_run(self, job_id: str, run_id: str, now: datetime, cause: str = _CALL, *, force: bool = False) -> Run:
        """Stop a run, or the firing that waits to become it; one that has ended stays as it is.

        Devices of a fleet that are at work go on, unless `force` takes the job from them.
        Raises JobNotFoundError, RunNotFoundError.
        """
        run = self.runs.get(job_id, run_id)
        if run is None:
            self._withdraw(job_id, now, cause, run_id)
            return found(self.runs, job_id, run_id)
        if not run.is_active:
            return run
        if run.plan.fleet:
            cause = f"{cause} {self.rollouts.devices_at_work(run)}".rstrip()
        self.executions.stop(run, cause)
        if (
            run.plan.fleet
        ):  # after its execution, which would hear of the cancellation; should it fail, the sweep does it
            self.rollouts.cancel_rollout(run, force=force, comment=cause)
        # The execution may have ended by itself a moment ago: then that is what happened to the run.
        ending = self.executions.ending(run)
        if ending is None or ending.status == "ABORTED":
            ending = _stopped(cause)
        outcome = outcome_of(ending)
        self.runs.settle(job_id, run_id, outcome, now)
        # A job that keeps no failed runs may have let it go already.
        return self.runs.get(job_id, run_id) or _ended(run, outcome, now)

    def stop_runs_of_job(self, job_id: str, now: datetime) -> Stopped:
        """Stop the active runs of a job, after the firing that waits for their end; raises JobNotFoundError."""
        waiting = self._withdraw(job_id, now, _CALL)
        state = self.jobs.states([job_id]).get(job_id)
        if state is None:
            raise JobNotFoundError(job_id)
        return self._stop(waiting, [(job_id, run_id) for run_id in sorted(state.active)], now)

    def stop_runs_of_group(self, group: str, now: datetime) -> Stopped:
        """Stop the active runs of a group and its subgroups, after the firings that wait for their end."""
        waiting = [run_id for job_id in self.firings.waiting(group) for run_id in self._withdrawn(job_id, now)]
        return self._stop(waiting, [(run.job_id, run.id) for run in self.runs.active(group)], now)

    def _stop(self, waiting: list[str], keys: list[tuple[str, str]], now: datetime) -> Stopped:
        stopped = list(waiting)
        for job_id, run_id in keys[:MOST]:
            with suppress(RunNotFoundError, JobNotFoundError):  # it ended and was deleted meanwhile
                self.stop_run(job_id, run_id, now)
                stopped.append(run_id)
        return Stopped(stopped, max(0, len(keys) - MOST))

    def _withdrawn(self, job_id: str, now: datetime) -> Iterable[str]:
        with suppress(JobNotFoundError):
            return self._withdraw(job_id, now, _CALL)
        return []

    def _withdraw(self, job_id: str, now: datetime, cause: str, run_id: str | None = None) -> list[str]:
        """Make a failed run of the firing that waits, if it is the one of `run_id`; the run's id, in a list."""
        while True:
            job, state = self.jobs.get(job_id), self.jobs.states([job_id]).get(job_id)
            if job is None or state is None:
                raise JobNotFoundError(job_id)
            firing = state.waiting
            if firing is None or run_id not in (None, firing.run_id):
                return []
            with suppress(BusyError):  # it has just been started, or another one waits: look again
                self.firings.miss(
                    firing, _trigger(firing, now).run(job.plan), outcome_of(_stopped(cause)), waiting=True
                )
                return [firing.run_id]


def _ended(run: Run, outcome: Outcome, now: datetime) -> Run:
    return replace(
        run,
        status=outcome.status,
        reason=outcome.reason,
        message=outcome.message,
        exit_code=outcome.exit_code,
        completed_at=now,
    )


def _stopped(cause: str) -> Ending:
    return Ending(status="ABORTED", error=STOPPED, cause=cause)


def _trigger(firing: Firing, now: datetime) -> Trigger:
    return Trigger(
        job_id=firing.job_id,
        run_id=firing.run_id,
        now=now,
        cause=Cause.SCHEDULE,
        schedule_id=firing.schedule_id,
        scheduled_at=firing.scheduled_at,
    )
