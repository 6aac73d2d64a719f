"""Track the ECS tasks of runs: keep the state of each attempt, and stop ECS tasks whose attempt is over.

A change of an ECS task starts this. A state that times out may leave its ECS task running: the Step Functions Developer
Guide, "Run a Job (.sync)", does not name a timeout among the reasons for which a task is cancelled, although others
have seen that happen. A late or repeated report changes nothing, and neither does stopping a task that has stopped.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.model.run import ACTIVE_STATUSES, Attempt, Reason, TaskStatus
from functions.jobs.ports.runs import RunStore, TaskStopper, TaskStore
from functions.jobs.runs.tasks import task_at

LIMITS = (Reason.TIMEOUT, Reason.DEADLINE)  # reasons that may leave ECS tasks running


def end_tasks(stopper: TaskStopper, attempts: Iterable[Attempt]) -> None:
    """Stop the ECS tasks of these attempts, except those that are known to have stopped."""
    for attempt in attempts:
        if attempt.stopped_at is None:
            stopper.stop(attempt.task_arn, "Shiftwork: out of time")


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskTracker:
    """Keeps the changes of ECS tasks in their runs."""

    runs: RunStore
    tasks: TaskStore
    task_stopper: TaskStopper

    def track_task(self, report: TaskReport) -> bool:
        """Keep the state of an attempt, and stop tasks whose attempt is over; returns whether the report was news."""
        news = self.tasks.track(report) if report.count > 1 else self.runs.track(report)
        if report.attempt.status in (TaskStatus.STARTING, TaskStatus.RUNNING):
            end_tasks(self.task_stopper, self._late(report))
        return news

    def _late(self, report: TaskReport) -> Iterable[Attempt]:
        """The attempts that should be over: earlier ones, or all of them if the run or the task has ended."""
        run = self.runs.get(report.job_id, report.run_id)
        if run is None:  # the run was deleted
            return [report.attempt]
        task = task_at(run, report.index, self.tasks)
        if not run.is_active or task.status not in ACTIVE_STATUSES:
            return task.attempts.values()
        if report.attempt.status is TaskStatus.STARTING:
            return [attempt for number, attempt in task.attempts.items() if number < report.attempt.number]
        return []
