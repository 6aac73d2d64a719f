"""Erase what belonged to deleted jobs: active runs, history, hooks, task definitions.

The request that deletes a job leaves a mark in the same transaction and erases a small job at once. The sweep erases
the rest. A repeated call goes on where the last one ended.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from functions.jobs.catalog.sync import WRITERS_END
from functions.jobs.container.task_definition import family_of
from functions.jobs.model.deletion import Deletion
from functions.jobs.model.error_collector import ErrorCollector
from functions.jobs.model.errors import JobsError, UnavailableError
from functions.jobs.ports.definitions import DeletionStore, JobStore, TaskDefinitions
from functions.jobs.runs.stop import RunStopper

# Task definitions that one sweep deregisters for a job. ECS takes one change of a task definition a second for the
# whole account, and saves of jobs need most of them ("Request throttling for the Amazon ECS API").
_DEREGISTERED = 40
_STEPS_AT_ONCE = 5  # steps of the request, of 100 items each: some 0.4 seconds
_DEREGISTERED_AT_ONCE = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class JobEraser:
    """Erases what belonged to deleted jobs.

    Only one call at a time erases a job: first the request that deleted it, then sweeps, which do not overlap. So a
    call never meets the next job with the same id.
    """

    jobs: JobStore
    deletions: DeletionStore
    stopper: RunStopper
    task_definitions: TaskDefinitions
    family_prefix: str

    def begin(self, deletion: Deletion, now: datetime) -> None:
        """Erase a job that was just deleted, if it is small. What AWS does not take now is left to the sweep."""
        steps = iter(range(_STEPS_AT_ONCE))
        with suppress(UnavailableError):
            if not deletion.stops:
                self._erase(deletion, now, lambda: next(steps, None) is not None, _DEREGISTERED_AT_ONCE)

    def sweep_deletions(self, now: datetime, time_left: Callable[[], bool]) -> list[str]:
        """Go on with all deletions until no time is left; returns the ids of the jobs that were looked at.

        A failure does not hold up the others. At the end, an ExceptionGroup raises all errors.
        """
        found: list[str] = []
        errors = ErrorCollector()
        for deletion in self.deletions.due(now - WRITERS_END):
            if not time_left():
                break
            found.append(deletion.job_id)
            with errors.collect(), suppress(UnavailableError):
                self._erase(deletion, now, time_left, _DEREGISTERED)
        errors.raise_all("some deleted jobs could not be erased")
        return found

    def _erase(self, deletion: Deletion, now: datetime, go_on: Callable[[], bool], most: int) -> None:
        if deletion.last_revision is None:
            if deletion.stops and not self._stop_runs(deletion, now, go_on):
                return
            while go_on():
                if not self.deletions.erase_some(deletion):
                    break
            else:
                return
            last = self.task_definitions.last_revision(self._family(deletion)) if deletion.containers else 0
            rest = replace(deletion, last_revision=last) if last else None
            self.deletions.free(deletion, rest)
            if rest is None:
                return
            deletion = rest
        self._deregister(deletion, most)

    def _stop_runs(self, deletion: Deletion, now: datetime, go_on: Callable[[], bool]) -> bool:
        """Stop the active runs; return False if the time was over before."""
        state = self.jobs.states([deletion.job_id]).get(deletion.job_id)
        for run_id in sorted(state.active) if state else ():
            if not go_on():
                return False
            with suppress(JobsError):  # it has expired
                self.stopper.stop_run(deletion.job_id, run_id, now)
        return True

    def _deregister(self, rest: Deletion, most: int) -> None:
        """Deregister task definitions. Those of the next job with this id have higher numbers."""
        arns = list(islice(self.task_definitions.active_up_to(self._family(rest), rest.last_revision or 0), most + 1))
        for arn in arns[:most]:
            self.task_definitions.deregister(arn)
        if len(arns) <= most:
            self.deletions.finish(rest)

    def _family(self, deletion: Deletion) -> str:
        return family_of(self.family_prefix, deletion.job_id)
