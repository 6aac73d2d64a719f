"""Find out what an active run waits for while it has no ECS task. It changes nothing."""

from datetime import datetime, timedelta

from functions.jobs.model.launch_obstacle import waiting_for
from functions.jobs.model.run import Run, RunStatus
from functions.jobs.ports.runs import LaunchHistory

# ECS reports a task within seconds, so most runs are read without a look into a history.
_PATIENCE = timedelta(seconds=30)


def what_it_waits_for(run: Run, now: datetime, history: LaunchHistory) -> str | None:
    """Return what stands in the way of the run's ECS task, in a sentence; None if nothing is known to.

    The first task answers for a run with several, as long as none has had an ECS task.
    """
    if run.plan.fleet or not run.is_active or not _is_without_a_task(run, now):
        return None
    refusal = history.last_refusal(run, 0)
    return waiting_for(*refusal) if refusal else None


def _is_without_a_task(run: Run, now: datetime) -> bool:
    """Whether the run has had no ECS task for a while."""
    if run.plan.task_count > 1:
        return run.status is RunStatus.INITIAL and run.created_at + _PATIENCE <= now
    ends = [attempt.stopped_at for attempt in run.attempts.values()]
    return all(end is not None and end + _PATIENCE <= now for end in [run.created_at, *ends])
