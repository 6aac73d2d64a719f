"""The platform as a new process has it: what an old one remembered is forgotten."""

from functions.jobs.model.ecs_task import TaskReport
from functions.wiring import Platform, platform


class Engine(Platform):
    """Made as the functions make it."""

    def __init__(self) -> None:
        platform.cache_clear()

    def track(self, report: TaskReport) -> bool:
        """Hear of a task."""
        return self.tasks.track(report) if report.count > 1 else self.runs.track(report)
