"""Track the ECS tasks of runs: keep the state of each attempt, and stop ECS tasks whose attempt is over.

A change of an ECS task starts this. An execution that ends before its ECS task may leave the task running. The Step
Functions Developer Guide, "Run a Job (.sync)", calls the cancellation of an aborted execution a best effort, and does
not name a timeout among its reasons. A late or repeated report changes nothing, and neither does stopping a task that
has stopped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.model.page import PageRequest
from functions.jobs.model.run import ACTIVE_STATUSES, Attempt, IndexedTask, Reason, Run, RunStatus, TaskStatus
from functions.jobs.ports.runs import RunStore, TaskStopper, TaskStore
from functions.jobs.runs.tasks import page_of_tasks, task_at

_PAGE = 100  # tasks of a run that are read at once
# Reasons that end a run or a task although its ECS task may be running, with the words that ECS then shows.
CUT_SHORT = {
    Reason.TIMEOUT: "Shiftwork: out of time",
    Reason.DEADLINE: "Shiftwork: out of time",
    Reason.STOPPED: "Shiftwork: the run was stopped",
    Reason.ABORTED: "Shiftwork: the execution was aborted",
}


def end_tasks(stopper: TaskStopper, attempts: Iterable[Attempt], reason: Reason | None) -> None:
    """Stop the ECS tasks of these attempts, except those that are known to have stopped.

    `reason` is that of the run or task that has ended; None if it goes on with another attempt.
    """
    for attempt in attempts:
        if attempt.stopped_at is None:
            stopper.stop(attempt.task_arn, CUT_SHORT.get(reason or Reason.TIMEOUT, "Shiftwork: the run has ended"))


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
            self._end_late_tasks(report)
        return news

    def end_loose_tasks(self, run: Run) -> list[str]:
        """Stop the ECS tasks that an ended run has left behind; returns their ARNs."""
        attempts = [attempt for task in self._begun(run) for attempt in task.in_order if attempt.stopped_at is None]
        end_tasks(self.task_stopper, attempts, run.reason)
        return [attempt.task_arn for attempt in attempts]

    def _begun(self, run: Run) -> Iterator[IndexedTask]:
        request = PageRequest(limit=_PAGE)
        while True:
            page = page_of_tasks(run, request, tuple(RunStatus), self.tasks)
            yield from page.items
            if page.cursor is None:
                return
            request = PageRequest(limit=_PAGE, cursor=page.cursor)

    def _end_late_tasks(self, report: TaskReport) -> None:
        """Stop the attempts that should be over: earlier ones, or all of them if the run or the task has ended."""
        run = self.runs.get(report.job_id, report.run_id)
        if run is None:
            end_tasks(self.task_stopper, [report.attempt], Reason.STOPPED)  # the run was deleted
            return
        task = task_at(run, report.index, self.tasks)
        if not run.is_active or task.status not in ACTIVE_STATUSES:
            end_tasks(self.task_stopper, task.attempts.values(), task.reason or run.reason)
        elif report.attempt.status is TaskStatus.STARTING:
            earlier = [attempt for number, attempt in task.attempts.items() if number < report.attempt.number]
            end_tasks(self.task_stopper, earlier, None)
