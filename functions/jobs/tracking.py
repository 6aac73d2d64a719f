"""Use case: a task has changed. Note on its run how the attempt stands. Late and repeated news change nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from functions.jobs.leftovers import end_tasks
from functions.jobs.ports import RunStore, Tasks, TaskStore
from functions.jobs.run import ACTIVE_STATUSES, Attempt, TaskStatus
from functions.jobs.run_tasks import task_at
from functions.jobs.task import TaskReport


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracking:
    """What it needs."""

    runs: RunStore
    parts: TaskStore
    tasks: Tasks

    def __call__(self, report: TaskReport) -> bool:
        """Whether it was news. Tasks that go on although their time is over are ended."""
        news = self.parts.track(report) if report.count > 1 else self.runs.track(report)
        if report.attempt.status in (TaskStatus.STARTING, TaskStatus.RUNNING):
            end_tasks(self.tasks, self._late(report))
        return news

    def _late(self, report: TaskReport) -> Iterable[Attempt]:
        """The attempts that should be over: the earlier ones, or all of them if the run ended before it was heard."""
        run = self.runs.get(report.job_id, report.run_id)
        if run is None:  # deleted since
            return [report.attempt]
        task = task_at(run, report.index, self.parts)
        if not run.is_active or task.status not in ACTIVE_STATUSES:
            return task.attempts.values()
        if report.attempt.status is TaskStatus.STARTING:
            return [attempt for number, attempt in task.attempts.items() if number < report.attempt.number]
        return []
