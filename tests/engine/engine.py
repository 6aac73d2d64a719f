"""The use cases of all functions, as a new process has them: what an old one remembered is forgotten."""

from functions.api.services import services
from functions.aws import adapters, fleet_services, order_services, schedule_services
from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.runs.react import Reacting
from functions.settings import Settings


class Engine:
    """Made as the functions make it."""

    def __init__(self) -> None:
        settings = Settings.from_env()
        services.cache_clear()
        self.saving = services().saving
        self.pause = services().jobs.pause
        self.sweep = schedule_services.sweeping(settings)
        self.settle = self.sweep.settle
        self.dispatch = self.settle.dispatch
        self.stop = self.dispatch.stop
        self.order = order_services.ordering(settings, self.dispatch.trigger)
        self.react = Reacting(firings=self.dispatch.firings, order=self.order)
        self.runs = self.settle.runs
        self.roll_out = fleet_services.rolling_out(settings)
        self.follow = fleet_services.following(settings)
        self.close = fleet_services.closing(settings)
        self.tend = fleet_services.tending(settings)
        self.read_devices = services().read_devices
        self.retry_devices = services().retry_devices
        self._tasks = adapters.task_table(settings)

    def track(self, report: TaskReport) -> bool:
        """Hear of a task."""
        return self._tasks.track(report) if report.count > 1 else self.runs.track(report)
