"""Which adapter goes into which use case: the API's composition, made once per process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from functions.aws import adapters, clients, order_services, schedule_services
from functions.aws.ecs import EcsTaskDefinitions
from functions.aws.run_metrics import CloudWatchRunMetrics
from functions.aws.table.groups import GroupTable
from functions.aws.table.hooks import HookTable
from functions.aws.table.jobs import JobTable, RevisionTable
from functions.aws.table.schedules import ScheduleTable
from functions.aws.task_logs import CloudWatchTaskLogs
from functions.jobs.catalog.hooks import Hooks
from functions.jobs.catalog.save import Saving
from functions.jobs.catalog.schedules import Scheduling
from functions.jobs.ports.definitions import GroupStore, JobStore, RevisionStore
from functions.jobs.ports.runs import RunMetrics, RunStore, TaskLogs, TaskStore
from functions.jobs.runs.dispatch import Dispatching
from functions.jobs.runs.hook_call import HookCalling, HookDoor
from functions.jobs.runs.launch import Ordering
from functions.jobs.runs.read_devices import ReadingDevices
from functions.jobs.runs.retry_devices import Retrying
from functions.jobs.runs.stop import Stopping
from functions.jobs.runs.trigger import Triggering
from functions.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """What the routes call."""

    jobs: JobStore
    revisions: RevisionStore
    groups: GroupStore
    runs: RunStore
    tasks: TaskStore
    dispatch: Dispatching
    logs: TaskLogs
    metrics: RunMetrics
    saving: Saving
    scheduling: Scheduling
    order: Ordering
    trigger: Triggering
    hooks: Hooks
    call_hook: HookCalling
    stop: Stopping
    read_devices: ReadingDevices
    retry_devices: Retrying
    config: Mapping[str, str]


@cache
def services() -> Services:
    """The services of this deployment."""
    settings = Settings.from_env()
    table = adapters.table(settings)
    jobs, revisions, sync = JobTable(table), RevisionTable(table), schedule_services.syncing(settings)
    dispatch, hooks = schedule_services.dispatching(settings), HookTable(table)
    order, look = order_services.ordering(settings, dispatch.trigger), dispatch.stop.fleet.look
    return Services(
        jobs=jobs,
        revisions=revisions,
        groups=GroupTable(table),
        runs=dispatch.trigger.runs,
        tasks=adapters.task_table(settings),
        dispatch=dispatch,
        logs=CloudWatchTaskLogs(clients.logs, settings.log_group),
        metrics=CloudWatchRunMetrics(clients.cloudwatch, settings.state_machine_arn),
        saving=Saving(
            jobs=jobs,
            history=revisions,
            stop=dispatch.stop,
            definitions=EcsTaskDefinitions(clients.ecs),
            things=dispatch.stop.fleet.things,
            deployment=order_services.deployment(settings),
            sync=sync,
        ),
        scheduling=Scheduling(jobs=jobs, schedules=ScheduleTable(table), sync=sync),
        order=order,
        trigger=dispatch.trigger,
        hooks=Hooks(store=hooks),
        call_hook=HookCalling(jobs=jobs, door=HookDoor(hooks=hooks), order=order),
        stop=dispatch.stop,
        read_devices=ReadingDevices(look=look),
        retry_devices=Retrying(devices=look.devices, order=order),
        config={
            "stage": settings.stage,
            "region": settings.region,
            "retention_days": str(settings.retention_days),
            "default_image": settings.default_image,
        },
    )
