"""Start the jobs that depend on a job whose run has ended.

Settling a run starts this. It follows Metronome's rule: a job starts when the latest run of each of its parents has
succeeded, and has done so after the job itself was last started. Instead of success, a job may wait for a failure or
for any end. A repeated call changes nothing: the same ends give the same run id.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from functions.jobs.model.errors import JobNotFoundError, NoFleetsError, RunNotFoundError
from functions.jobs.model.job import Job, JobState, LastEnd
from functions.jobs.model.run import Cause, Run, RunStatus, derived_run_id
from functions.jobs.ports.definitions import JobStore
from functions.jobs.runs.trigger import RunStarter, Trigger

_WANTED = {
    "SUCCESS": {RunStatus.SUCCESS},
    "FAILURE": {RunStatus.FAILED},
    "ANY": {RunStatus.SUCCESS, RunStatus.FAILED},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ChildStarter:
    """Starts the jobs that depend on a job whose run has ended."""

    jobs: JobStore
    starter: RunStarter

    def start_children(self, job_id: str, state: JobState, now: datetime) -> list[Run]:
        """Start the children of a job that are due; returns their runs, even if an earlier call has started them."""
        children = self.jobs.get_all(state.children)
        family = {job_id, *(job.id for job in children), *(parent for job in children for parent in job.parents)}
        states = self.jobs.states(family)
        return [run for trigger in _due(children, states, now) for run in self._start(trigger)]

    def _start(self, trigger: Trigger) -> list[Run]:
        try:
            return [self.starter.trigger_run(trigger)]
        # The job or its run was deleted, or the deployment has no fleets any more: start the others.
        except (JobNotFoundError, RunNotFoundError, NoFleetsError):
            return []


def _due(children: list[Job], states: Mapping[str, JobState], now: datetime) -> Iterator[Trigger]:
    for job in sorted(children, key=lambda child: child.id):
        last_start = states.get(job.id, JobState()).last_started_at
        ends = [_end(states.get(parent, JobState()), rule, last_start) for parent, rule in job.waits_for.items()]
        happened = [end for end in ends if end]
        last = max(happened, key=lambda end: end.at, default=None)
        # A run that ended before the job was created starts nothing, however late its end is reported.
        if last and len(happened) == len(ends) and last.at > job.created_at:
            # Two parents may end at once, and an event may come twice: the same ends give the same run.
            run_id = derived_run_id(last.at, job.id, *sorted(end.run_id for end in happened))
            start = max(now, last.at)  # clocks differ: the child must start after the end that started it
            yield Trigger(job_id=job.id, run_id=run_id, now=start, cause=Cause.DEPENDENCY, cause_id=last.run_id)


def _end(parent: JobState, rule: str, since: datetime | None) -> LastEnd | None:
    """How the parent's latest run ended, if the rule accepts that and it was later than `since`."""
    last = parent.last_end
    if last is None or last.status not in _WANTED[rule] or (since is not None and last.at <= since):
        return None
    return last
