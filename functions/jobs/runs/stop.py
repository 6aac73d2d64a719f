"""Stop a run, or the runs of a job, of a group, or of the deployment.

A call of the API starts this, and so does a firing that replaces the active runs. It aborts the execution, cancels the
IoT job of a fleet run, and settles the run as STOPPED. A waiting firing becomes a failed run. A repeated call changes
nothing.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from functions.jobs.model.errors import JobNotFoundError, RunNotFoundError
from functions.jobs.model.outcome import STOPPED, Ending, Outcome, outcome_of
from functions.jobs.model.run import Run
from functions.jobs.ports.definitions import JobStore
from functions.jobs.ports.runs import BusyError, Executions, FiringStore, RunStore
from functions.jobs.runs.end_rollout import RolloutEnder
from functions.jobs.runs.trigger import Trigger, found

MOST = 100  # runs that one call stops: each needs some calls of AWS, and an HTTP API waits 30 seconds
_CALL = "Stopped by an API call."


@dataclass(frozen=True, slots=True)
class Stopped:
    """The ids of the stopped runs, and how many runs are left for the next call."""

    run_ids: list[str]
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RunStopper:
    """Stops runs, and waiting firings."""

    jobs: JobStore
    runs: RunStore
    executions: Executions
    firings: FiringStore
    rollouts: RolloutEnder

    def stop_run(self, job_id: str, run_id: str, now: datetime, message: str = _CALL, *, force: bool = False) -> Run:
        """Stop a run, or the waiting firing that would become it, and return the run. An ended run stays as it is.

        Devices that are working on a rollout continue, unless `force` cancels the job on them too.
        Raises JobNotFoundError, RunNotFoundError.
        """
        run = self.runs.get(job_id, run_id)
        if run is None:
            self._stop_waiting(job_id, now, message, run_id)
            return found(self.runs, job_id, run_id)
        if not run.is_active:
            return run
        if run.plan.fleet:
            message = f"{message} {self.rollouts.devices_at_work(run)}".rstrip()
        self.executions.stop(run, message)
        # Only after the execution was aborted: it would react to the cancellation. If this fails, the sweep cancels.
        if run.plan.fleet:
            self.rollouts.cancel_rollout(run, force=force, comment=message)
        # If the execution ended by itself just before, that ending counts.
        ending = self.executions.ending(run)
        if ending is None or ending.status == "ABORTED":
            ending = _stopped(message)
        outcome = outcome_of(ending)
        self.runs.settle(job_id, run_id, outcome, now)
        # If the job keeps no failed runs, the run may be deleted already.
        return self.runs.get(job_id, run_id) or _ended(run, outcome, now)

    def stop_runs_of_job(self, job_id: str, now: datetime) -> Stopped:
        """Stop the waiting firing of a job, then its active runs; raises JobNotFoundError."""
        waiting = self._stop_waiting(job_id, now, _CALL)
        state = self.jobs.states([job_id]).get(job_id)
        if state is None:
            raise JobNotFoundError(job_id)
        return self._stop(waiting, [(job_id, run_id) for run_id in sorted(state.active)], now)

    def stop_runs_of_group(self, group: str | None, now: datetime) -> Stopped:
        """Stop the waiting firings of a group and its subgroups, then their active runs. None: of the deployment."""
        waiting = [run_id for job_id in self.firings.waiting(group) for run_id in self._stop_waiting_of(job_id, now)]
        return self._stop(waiting, [(run.job_id, run.id) for run in self.runs.active(group)], now)

    def _stop(self, waiting: list[str], keys: list[tuple[str, str]], now: datetime) -> Stopped:
        stopped = list(waiting)
        for job_id, run_id in keys[:MOST]:
            with suppress(RunNotFoundError, JobNotFoundError):  # it ended and was deleted meanwhile
                self.stop_run(job_id, run_id, now)
                stopped.append(run_id)
        return Stopped(stopped, max(0, len(keys) - MOST))

    def _stop_waiting_of(self, job_id: str, now: datetime) -> Iterable[str]:
        with suppress(JobNotFoundError):
            return self._stop_waiting(job_id, now, _CALL)
        return []

    def _stop_waiting(self, job_id: str, now: datetime, message: str, run_id: str | None = None) -> list[str]:
        """Make a failed run of the waiting firing, if its run has the id `run_id` or that is None.

        Returns the run's id in a list, or an empty list.
        """
        while True:
            job, state = self.jobs.get(job_id), self.jobs.states([job_id]).get(job_id)
            if job is None or state is None:
                raise JobNotFoundError(job_id)
            waiting = state.waiting
            if waiting is None or run_id not in (None, waiting.run_id):
                return []
            with suppress(BusyError):  # it was just started, or another firing waits now: read again
                run, outcome = Trigger.of_firing(waiting, now).run(job.plan), outcome_of(_stopped(message))
                self.firings.miss(waiting, run, outcome, waiting=True)
                return [waiting.run_id]


def _ended(run: Run, outcome: Outcome, now: datetime) -> Run:
    return replace(
        run,
        status=outcome.status,
        reason=outcome.reason,
        message=outcome.message,
        exit_code=outcome.exit_code,
        completed_at=now,
    )


def _stopped(message: str) -> Ending:
    return Ending(status="ABORTED", error=STOPPED, cause=message)
