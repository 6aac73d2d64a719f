"""Settle a run whose execution has ended: finish it, start what waited for its end, delete surplus runs.

The end of an execution starts this, and the sweep if that event was lost. It writes the status and the counters, starts
children and the waiting firing, and deletes runs that the job no longer keeps. A repeated call changes nothing, and
completes what an earlier one left unfinished.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from functions.jobs.model.errors import RunNotFoundError
from functions.jobs.model.job import JobState
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Reason, Run, RunStatus
from functions.jobs.ports.definitions import JobStore
from functions.jobs.ports.runs import RunStore, TaskStopper, TaskStore
from functions.jobs.runs.dispatch import Dispatcher
from functions.jobs.runs.start_children import ChildStarter
from functions.jobs.runs.track import CUT_SHORT, end_tasks
from functions.jobs.runs.trigger import RunStarter, delete_run

_MOST = 25  # surplus runs that one call deletes: the next call continues


@dataclass(frozen=True, kw_only=True, slots=True)
class Settler:
    """Settles runs and tasks whose execution has ended."""

    jobs: JobStore
    runs: RunStore
    tasks: TaskStore
    task_stopper: TaskStopper
    starter: RunStarter
    children: ChildStarter
    dispatcher: Dispatcher

    def settle_run(self, job_id: str, run_id: str, outcome: Outcome, ended_at: datetime, now: datetime) -> bool:
        """Finish the run; False if that was done before. Raises BusyError if the job's state keeps changing.

        A stop may have taken a run for active that had just ended: its own end then takes the place of STOPPED.
        """
        first = self.runs.settle(job_id, run_id, outcome, ended_at)
        if not first and outcome.reason not in (Reason.STOPPED, Reason.ABORTED):
            first = self.runs.correct_stop(job_id, run_id, outcome, ended_at)
        # Only now: if ECS refuses, the run has ended all the same, and a repeated call or the sweep asks again.
        if outcome.reason in CUT_SHORT and (run := self.runs.get(job_id, run_id)):
            end_tasks(self.task_stopper, run.attempts.values(), outcome.reason)
        # Also if it was settled before: the earlier call may have failed before it started the others.
        self.start_what_waited(job_id, now, resume=not first, ended=outcome.status)
        return first

    def settle_task(self, job_id: str, run_id: str, index: int, outcome: Outcome, ended_at: datetime) -> bool:
        """Finish one task of a run that has several; False if that was done before."""
        first = self.tasks.settle(job_id, run_id, index, outcome, ended_at)
        if outcome.reason in CUT_SHORT and (task := self.tasks.get(job_id, run_id, index)):
            end_tasks(self.task_stopper, task.attempts.values(), outcome.reason)
        return first

    def start_what_waited(
        self, job_id: str, now: datetime, *, resume: bool, ended: RunStatus | None = None
    ) -> list[Run]:
        """Start what waits for the end of the job's runs, and return the runs that were started.

        `resume`: also runs that an earlier call put and did not start. `ended`: the status of the run that has ended,
        so that the job may have one run more than it keeps.
        """
        state = self.jobs.states([job_id]).get(job_id)
        if state is None:
            return []
        started = self.children.start_children(job_id, state, now) if state.children else []
        dispatched = None
        if state.waiting and not state.active:
            dispatched = self.dispatcher.dispatch_firing(state.waiting, now)
        if resume:
            started += self.starter.resume_runs({job_id, *state.children})
        if ended:
            self._delete_surplus(job_id, ended, state, now)
        return [*started, dispatched] if isinstance(dispatched, Run) else started

    def _delete_surplus(self, job_id: str, status: RunStatus, state: JobState, now: datetime) -> None:
        """Delete the oldest runs with this status, if there are more than the job keeps."""
        success = status is RunStatus.SUCCESS
        ended, kept = (state.successes, state.keep_successes) if success else (state.failures, state.keep_failures)
        if kept is None or ended <= kept:
            return
        for run_id in self.runs.surplus(job_id, status, kept)[:_MOST]:
            with suppress(RunNotFoundError):  # another call has deleted it
                delete_run(self.runs, job_id, run_id, now)
