"""The use cases of schedules that more than one function has: apart from the adapters, since not all need them."""

from functions.aws import adapters, clients
from functions.aws.firing_table import FiringTable
from functions.aws.job_table import JobTable
from functions.aws.scheduler import EventBridgeScheduler
from functions.aws.sync_marks import SyncMarkTable
from functions.jobs.dispatching import Dispatching
from functions.jobs.running import Triggering
from functions.jobs.stopping import Stopping
from functions.jobs.syncing import Syncing
from functions.settings import ScheduleSettings, Settings


def dispatching(settings: Settings) -> Dispatching:
    """What becomes of a firing."""
    table, runs, executions = adapters.table(settings), adapters.run_table(settings), adapters.state_machine(settings)
    return Dispatching(
        firings=FiringTable(table, settings.retention_days),
        trigger=Triggering(runs=runs, executions=executions, plans={}),
        stop=Stopping(jobs=JobTable(table), runs=runs, executions=executions),
    )


def syncing(settings: Settings) -> Syncing:
    """What brings schedules from the table into Scheduler."""
    table, scheduler = adapters.table(settings), EventBridgeScheduler(clients.scheduler, ScheduleSettings.from_env())
    return Syncing(jobs=JobTable(table), marks=SyncMarkTable(table), scheduler=scheduler)
