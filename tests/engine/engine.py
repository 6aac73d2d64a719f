"""The platform as a new process has it, without what an old process kept in memory."""

from functions.jobs.model.ecs_task import TaskReport
from functions.wiring import Platform, platform


class Engine(Platform):
    """The use cases of one process, built as the functions build them."""

    def __init__(self) -> None:
        platform.cache_clear()

    def track(self, report: TaskReport) -> bool:
        """Keep the report of a task, in its run or in its own item."""
        return self.tasks.track(report) if report.count > 1 else self.runs.track(report)
