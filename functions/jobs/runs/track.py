"""Note on its run how the attempt of a task stands, and end tasks that go on although their attempt is over.

A state that is out of time may leave its task running. Source: Step Functions Developer Guide, "Run a Job (.sync)": it
names when a task is cancelled, and a state's own timeout is not among it, although others have seen it happen. Ending
a task that has ended changes nothing. Late and repeated news change nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.model.run import ACTIVE_STATUSES, Attempt, Reason, TaskStatus
from functions.jobs.ports.runs import RunStore, TaskStopper, TaskStore
from functions.jobs.runs.tasks import task_at

LIMITS = (Reason.TIMEOUT, Reason.DEADLINE)  # what leaves tasks behind


def end_tasks(stopper: TaskStopper, attempts: Iterable[Attempt]) -> None:
    """End the tasks of these attempts, as far as they are not known to have stopped."""
    for attempt in attempts:
        if attempt.stopped_at is None:
            stopper.stop(attempt.task_arn, "Shiftwork: out of time")


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskTracker:
    """Notes the changes of ECS tasks on their runs."""

    runs: RunStore
    tasks: TaskStore
    stopper: TaskStopper

    def track_task(self, report: TaskReport) -> bool:
        """Whether it was news. Tasks that go on although their time is over are ended."""
        news = self.tasks.track(report) if report.count > 1 else self.runs.track(report)
        if report.attempt.status in (TaskStatus.STARTING, TaskStatus.RUNNING):
            end_tasks(self.stopper, self._late(report))
        return news

    def _late(self, report: TaskReport) -> Iterable[Attempt]:
        """The attempts that should be over: the earlier ones, or all of them if the run ended before it was heard."""
        run = self.runs.get(report.job_id, report.run_id)
        if run is None:  # deleted since
            return [report.attempt]
        task = task_at(run, report.index, self.tasks)
        if not run.is_active or task.status not in ACTIVE_STATUSES:
            return task.attempts.values()
        if report.attempt.status is TaskStatus.STARTING:
            return [attempt for number, attempt in task.attempts.items() if number < report.attempt.number]
        return []
