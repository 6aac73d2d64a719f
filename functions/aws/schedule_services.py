"""The use cases of schedules that more than one function has: apart from the adapters, since not all need them."""

from functions.aws import adapters, clients, fleet_services
from functions.aws.ecs import EcsTasks
from functions.aws.eventbridge.rules import EventBridgeRules
from functions.aws.eventbridge.scheduler import EventBridgeScheduler
from functions.aws.table.firings import FiringTable
from functions.aws.table.jobs import JobTable
from functions.aws.table.sweep_place import SweepPlaceTable
from functions.aws.table.sync_marks import SyncMarkTable
from functions.jobs.catalog.sync import Syncing
from functions.jobs.runs.dispatch import Dispatching
from functions.jobs.runs.settle import Settling
from functions.jobs.runs.start_children import Chaining
from functions.jobs.runs.stop import Stopping
from functions.jobs.runs.sweep import Sweeping
from functions.jobs.runs.trigger import Triggering
from functions.settings import RuleSettings, ScheduleSettings, Settings


def dispatching(settings: Settings) -> Dispatching:
    """What becomes of a firing."""
    table, runs, executions = adapters.table(settings), adapters.run_table(settings), adapters.state_machine(settings)
    firings = FiringTable(table, settings.retention_days)
    return Dispatching(
        firings=firings,
        trigger=Triggering(runs=runs, executions=executions, plans={}),
        stop=Stopping(
            jobs=JobTable(table),
            runs=runs,
            executions=executions,
            firings=firings,
            fleet=fleet_services.closing(settings),
        ),
    )


def settling(settings: Settings) -> Settling:
    """What becomes of a run's end."""
    dispatch, jobs = dispatching(settings), JobTable(adapters.table(settings))
    return Settling(
        jobs=jobs,
        runs=dispatch.trigger.runs,
        parts=adapters.task_table(settings),
        tasks=EcsTasks(clients.ecs, settings.cluster_arn),
        chain=Chaining(jobs=jobs, trigger=dispatch.trigger),
        dispatch=dispatch,
    )


def sweeping(settings: Settings) -> Sweeping:
    """What repairs runs whose news was lost."""
    settle = settling(settings)
    executions = settle.dispatch.trigger.executions
    return Sweeping(settle=settle, executions=executions, place=SweepPlaceTable(adapters.table(settings)))


def syncing(settings: Settings) -> Syncing:
    """What brings schedules from the table into Scheduler, and events into EventBridge."""
    table = adapters.table(settings)
    return Syncing(
        jobs=JobTable(table),
        marks=SyncMarkTable(table),
        scheduler=EventBridgeScheduler(clients.scheduler, ScheduleSettings.from_env()),
        rules=EventBridgeRules(clients.events, RuleSettings.from_env()),
    )
