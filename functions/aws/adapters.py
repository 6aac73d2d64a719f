"""The adapters and use cases that more than one function has, made from a deployment's settings."""

from functions.aws import clients
from functions.aws.executions import StateMachine
from functions.aws.firing_table import FiringTable
from functions.aws.job_table import JobTable
from functions.aws.run_table import RunTable
from functions.aws.scheduler import EventBridgeScheduler
from functions.aws.sync_marks import SyncMarkTable
from functions.aws.table import Table
from functions.jobs.dispatching import Dispatching
from functions.jobs.running import Stopping, Triggering
from functions.jobs.syncing import Syncing
from functions.settings import ScheduleSettings, Settings


def table(settings: Settings) -> Table:
    """The one table."""
    return Table(clients.dynamodb(), settings.table_name)


def run_table(settings: Settings) -> RunTable:
    """Where runs are kept."""
    return RunTable(table(settings), settings.retention_days)


def state_machine(settings: Settings) -> StateMachine:
    """What carries runs."""
    return StateMachine(clients.stepfunctions(), settings.state_machine_arn, settings.cluster_arn, settings.network)


def dispatching(settings: Settings) -> Dispatching:
    """What becomes of a firing."""
    runs, executions = run_table(settings), state_machine(settings)
    return Dispatching(
        firings=FiringTable(table(settings), settings.retention_days),
        trigger=Triggering(runs=runs, executions=executions, plans={}),
        stop=Stopping(jobs=JobTable(table(settings)), runs=runs, executions=executions),
    )


def syncing(settings: Settings) -> Syncing:
    """What brings schedules from the table into Scheduler."""
    scheduler = EventBridgeScheduler(clients.scheduler, ScheduleSettings.from_env())
    return Syncing(jobs=JobTable(table(settings)), marks=SyncMarkTable(table(settings)), scheduler=scheduler)
