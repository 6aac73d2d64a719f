"""Use case: a task has changed. Note on its run how the attempt stands. Late and repeated news change nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.jobs.leftovers import end_tasks
from functions.jobs.ports import RunStore, Tasks, TaskStore
from functions.jobs.run import Attempt, TaskStatus
from functions.jobs.task import TaskReport


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracking:
    """What it needs."""

    runs: RunStore
    parts: TaskStore
    tasks: Tasks

    def __call__(self, report: TaskReport) -> bool:
        """Whether it was news. A further attempt has begun: the tasks of those before it end, if they go on."""
        news = self.parts.track(report) if report.count > 1 else self.runs.track(report)
        number = report.attempt.number
        if news and number > 1 and report.attempt.status is TaskStatus.STARTING:
            attempts = self._attempts(report)
            end_tasks(self.tasks, [attempt for earlier, attempt in attempts.items() if earlier < number])
        return news

    def _attempts(self, report: TaskReport) -> Mapping[int, Attempt]:
        if report.count > 1:
            part = self.parts.get(report.job_id, report.run_id, report.index)
            return part.attempts if part else {}
        run = self.runs.get(report.job_id, report.run_id)
        return run.attempts if run else {}
