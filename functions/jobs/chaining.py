"""Use case: a job has succeeded, so start the jobs that were waiting for it.

Metronome's rule: a job starts when the latest run of each of its parents succeeded, and did so after the job itself
was last started.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from functions.jobs.errors import JobNotFoundError
from functions.jobs.job import Job, JobState
from functions.jobs.ports import JobStore
from functions.jobs.run import Cause, Run, derived_run_id
from functions.jobs.running import Trigger, Triggering


@dataclass(frozen=True, kw_only=True, slots=True)
class Chaining:
    """What it needs."""

    jobs: JobStore
    trigger: Triggering

    def __call__(self, job_id: str, state: JobState, now: datetime) -> list[Run]:
        """Start the children of a job that are due; the runs that were started, also if it was done before."""
        if not state.children:
            return []
        children = self.jobs.get_all(state.children)
        family = {job_id, *(job.id for job in children), *(parent for job in children for parent in job.parents)}
        states = self.jobs.states(family)
        return [run for trigger in _due(children, states, now) for run in self._start(trigger)]

    def _start(self, trigger: Trigger) -> list[Run]:
        try:
            return [self.trigger(trigger)]
        except JobNotFoundError:  # deleted a moment ago: the other children start all the same
            return []


def _due(children: list[Job], states: Mapping[str, JobState], now: datetime) -> Iterator[Trigger]:
    for job in sorted(children, key=lambda child: child.id):
        last_start = states.get(job.id, JobState()).last_started_at
        parents = [states.get(parent, JobState()) for parent in job.parents]
        if all(_succeeded_since(parent, last_start) for parent in parents):
            # Two parents that end at once both come here, and an event may come twice: one set of successes, one run.
            causes = sorted(parent.last_success_run or "" for parent in parents)
            at = max(parent.last_success_at or now for parent in parents)
            run_id = derived_run_id(at, job.id, *causes)
            yield Trigger(job_id=job.id, run_id=run_id, now=now, cause=Cause.DEPENDENCY)


def _succeeded_since(parent: JobState, moment: datetime | None) -> bool:
    success, failure = parent.last_success_at, parent.last_failure_at
    return success is not None and (failure is None or success > failure) and (moment is None or success > moment)
