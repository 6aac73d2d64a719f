"""What a function is made of: the deployment's ports and the use cases built from them.

Each is made on first use and once, and each is imported then: a function loads its own part and no more. A use case
gets its ports and the use cases that it calls here, by name, and nowhere else.
"""

from functools import cache, cached_property
from typing import TYPE_CHECKING

from functions.settings import BusSettings, RuleSettings, ScheduleSettings, Settings

if TYPE_CHECKING:
    from contextvars import ContextVar

    from functions.aws.eventbridge.bus import EventBus
    from functions.aws.table.table import Table
    from functions.jobs.catalog.erase import JobEraser
    from functions.jobs.catalog.hooks import JobHooks
    from functions.jobs.catalog.save import JobCatalog
    from functions.jobs.catalog.schedules import JobSchedules
    from functions.jobs.catalog.sync import Syncer
    from functions.jobs.container.task_definition import Deployment
    from functions.jobs.ports import definitions as definition_ports
    from functions.jobs.ports import fleet as fleet_ports
    from functions.jobs.ports import logs as log_ports
    from functions.jobs.ports import runs as run_ports
    from functions.jobs.runs.conclude_rollout import RolloutConcluder
    from functions.jobs.runs.dispatch import Dispatcher
    from functions.jobs.runs.end_rollout import RolloutEnder, RolloutSweeper
    from functions.jobs.runs.follow_devices import DeviceFollower
    from functions.jobs.runs.hook_call import HookCaller
    from functions.jobs.runs.launch import RunLauncher
    from functions.jobs.runs.prepare import InputPreparer
    from functions.jobs.runs.react import EventReactor
    from functions.jobs.runs.read_devices import DevicePages, DeviceReconciler
    from functions.jobs.runs.retry_devices import DeviceRetrier
    from functions.jobs.runs.roll_out import RolloutStarter
    from functions.jobs.runs.settle import Settler
    from functions.jobs.runs.start_children import ChildStarter
    from functions.jobs.runs.stop import RunStopper
    from functions.jobs.runs.sweep import RunSweeper
    from functions.jobs.runs.track import TaskTracker
    from functions.jobs.runs.trigger import RunStarter


class Ports:
    """What the domain needs of AWS, for one deployment."""

    @cached_property
    def settings(self) -> Settings:
        return Settings.from_env()

    @cached_property
    def call_deadline(self) -> "ContextVar[float | None]":
        from functions.aws.passing_errors import deadline

        return deadline

    @cached_property
    def table(self) -> "Table":
        from functions.aws import clients
        from functions.aws.table.table import Table

        return Table(clients.dynamodb, self.settings.table_name)

    @cached_property
    def jobs(self) -> "definition_ports.JobStore":
        from functions.aws.table.jobs import JobTable

        return JobTable(self.table)

    @cached_property
    def deletions(self) -> "definition_ports.DeletionStore":
        from functions.aws.table.deletions import DeletionTable

        return DeletionTable(self.table)

    @cached_property
    def revisions(self) -> "definition_ports.RevisionStore":
        from functions.aws.table.jobs import RevisionTable

        return RevisionTable(self.table)

    @cached_property
    def schedules(self) -> "definition_ports.ScheduleStore":
        from functions.aws.table.schedules import ScheduleTable

        return ScheduleTable(self.table)

    @cached_property
    def groups(self) -> "definition_ports.GroupStore":
        from functions.aws.table.groups import GroupTable

        return GroupTable(self.table)

    @cached_property
    def hooks(self) -> "definition_ports.HookStore":
        from functions.aws.table.hooks import HookTable

        return HookTable(self.table)

    @cached_property
    def runs(self) -> "run_ports.RunStore":
        from functions.aws.table.runs import RunTable

        return RunTable(self.table, self.settings.retention_days)

    @cached_property
    def tasks(self) -> "run_ports.TaskStore":
        from functions.aws.table.tasks import TaskTable

        return TaskTable(self.table, self.settings.retention_days)

    @cached_property
    def firings(self) -> "run_ports.FiringStore":
        from functions.aws.table.firings import FiringTable

        return FiringTable(self.table, self.settings.retention_days)

    @cached_property
    def event_starts(self) -> "run_ports.EventStarts":
        from functions.aws.table.rates import EventStartTable

        return EventStartTable(self.table)

    @cached_property
    def sweep_place(self) -> "run_ports.SweepPlace":
        from functions.aws.table.sweep_place import SweepPlaceTable

        return SweepPlaceTable(self.table)

    @cached_property
    def sync_marks(self) -> "definition_ports.SyncMarks":
        from functions.aws.table.sync_marks import SyncMarkTable

        return SyncMarkTable(self.table)

    @cached_property
    def image_tags(self) -> "definition_ports.ImageTags":
        from functions.aws.table.image_tags import ImageTagTable

        return ImageTagTable(self.table)

    @cached_property
    def rollouts(self) -> "fleet_ports.RolloutStore":
        from functions.aws.table.rollouts import RolloutTable

        return RolloutTable(self.table, self.settings.retention_days)

    @cached_property
    def devices(self) -> "fleet_ports.DeviceStore":
        from functions.aws.table.devices import DeviceTable

        return DeviceTable(self.table, self.settings.retention_days)

    @cached_property
    def executions(self) -> "run_ports.Executions":
        from functions.aws import clients
        from functions.aws.stepfunctions import StateMachine

        return StateMachine(clients.stepfunctions, self.settings)

    @cached_property
    def launch_history(self) -> "run_ports.LaunchHistory":
        from functions.aws import clients
        from functions.aws.execution_history import ExecutionHistory

        return ExecutionHistory(clients.stepfunctions, self.settings)

    @cached_property
    def task_tokens(self) -> "fleet_ports.Waiting":
        from functions.aws import clients
        from functions.aws.stepfunctions import TaskTokens

        return TaskTokens(clients.stepfunctions)

    @cached_property
    def task_definitions(self) -> "definition_ports.TaskDefinitions":
        from functions.aws import clients
        from functions.aws.ecs import EcsTaskDefinitions

        return EcsTaskDefinitions(clients.ecs)

    @cached_property
    def task_stopper(self) -> "run_ports.TaskStopper":
        from functions.aws import clients
        from functions.aws.ecs import EcsTasks

        return EcsTasks(clients.ecs, self.settings.cluster_arn)

    @cached_property
    def payloads(self) -> "run_ports.Payloads":
        from functions.aws import clients
        from functions.aws.payloads import S3Payloads

        return S3Payloads(clients.s3, self.settings.payload_bucket)

    @cached_property
    def logs(self) -> "log_ports.TaskLogs":
        from functions.aws import clients
        from functions.aws.task_logs import CloudWatchTaskLogs

        return CloudWatchTaskLogs(clients.logs, self.settings.log_group)

    @cached_property
    def metrics(self) -> "run_ports.RunMetrics":
        from functions.aws import clients
        from functions.aws.run_metrics import CloudWatchRunMetrics

        return CloudWatchRunMetrics(clients.cloudwatch, self.settings.stage)

    @cached_property
    def scheduler(self) -> "definition_ports.Scheduler":
        from functions.aws import clients
        from functions.aws.eventbridge.scheduler import EventBridgeScheduler

        return EventBridgeScheduler(clients.scheduler, ScheduleSettings.from_env())

    @cached_property
    def event_rules(self) -> "definition_ports.EventRules":
        from functions.aws import clients
        from functions.aws.eventbridge.rules import EventBridgeRules

        return EventBridgeRules(clients.events, RuleSettings.from_env(), self.settings)

    @cached_property
    def bus(self) -> "EventBus":
        from functions.aws import clients
        from functions.aws.eventbridge.bus import EventBus

        return EventBus(clients.events, BusSettings.from_env().name)

    @cached_property
    def iot_jobs(self) -> "fleet_ports.IotJobs":
        from functions.aws import clients
        from functions.aws.iot.jobs import IotCoreJobs

        return IotCoreJobs(clients.iot, self._iot_prefix)

    @cached_property
    def things(self) -> "fleet_ports.Things":
        from functions.aws import clients
        from functions.aws.iot.things import IotThings

        return IotThings(clients.iot, self._iot_prefix, self.settings.state_machine_arn)

    @property
    def _iot_prefix(self) -> str:
        """How the names of IoT jobs and temporary thing groups begin."""
        return f"{self.settings.family_prefix}-"


class Platform(Ports):
    """The use cases of one deployment."""

    @cached_property
    def deployment(self) -> "Deployment":
        from functions.jobs.container.task_definition import Deployment

        settings = self.settings
        return Deployment(
            family_prefix=settings.family_prefix,
            default_image=settings.default_image,
            task_role_arn=settings.task_role_arn,
            execution_role_arn=settings.execution_role_arn,
            log_group=settings.log_group,
            region=settings.region,
            role_path=f"/shiftwork/{settings.stage}/",
            fleets=settings.fleets is not None,
        )

    @cached_property
    def catalog(self) -> "JobCatalog":
        from functions.jobs.catalog.save import JobCatalog

        return JobCatalog(
            jobs=self.jobs,
            revisions=self.revisions,
            stopper=self.stopper,
            task_definitions=self.task_definitions,
            things=self.things,
            deployment=self.deployment,
            syncer=self.syncer,
            eraser=self.eraser,
        )

    @cached_property
    def eraser(self) -> "JobEraser":
        from functions.jobs.catalog.erase import JobEraser

        return JobEraser(
            jobs=self.jobs,
            deletions=self.deletions,
            stopper=self.stopper,
            task_definitions=self.task_definitions,
            family_prefix=self.settings.family_prefix,
        )

    @cached_property
    def job_schedules(self) -> "JobSchedules":
        from functions.jobs.catalog.schedules import JobSchedules

        return JobSchedules(jobs=self.jobs, schedules=self.schedules, syncer=self.syncer)

    @cached_property
    def job_hooks(self) -> "JobHooks":
        from functions.jobs.catalog.hooks import JobHooks

        return JobHooks(store=self.hooks)

    @cached_property
    def syncer(self) -> "Syncer":
        from functions.jobs.catalog.sync import Syncer

        return Syncer(jobs=self.jobs, marks=self.sync_marks, scheduler=self.scheduler, rules=self.event_rules)

    @cached_property
    def starter(self) -> "RunStarter":
        from functions.jobs.runs.trigger import RunStarter

        fleets = self.settings.fleets is not None
        return RunStarter(jobs=self.jobs, runs=self.runs, executions=self.executions, plans={}, fleets=fleets)

    @cached_property
    def preparer(self) -> "InputPreparer":
        from functions.jobs.runs.prepare import ImageTagger, InputPreparer

        tagger = ImageTagger(tags=self.image_tags, task_definitions=self.task_definitions, deployment=self.deployment)
        return InputPreparer(payloads=self.payloads, tagger=tagger)

    @cached_property
    def launcher(self) -> "RunLauncher":
        from functions.jobs.runs.launch import RunLauncher

        return RunLauncher(
            jobs=self.jobs, runs=self.runs, starter=self.starter, preparer=self.preparer, payloads=self.payloads
        )

    @cached_property
    def hook_caller(self) -> "HookCaller":
        from functions.jobs.runs.hook_call import HookCaller, HookDoor

        return HookCaller(jobs=self.jobs, door=HookDoor(hooks=self.hooks), launcher=self.launcher)

    @cached_property
    def reactor(self) -> "EventReactor":
        from functions.jobs.runs.react import EventReactor

        return EventReactor(
            firings=self.firings, starts=self.event_starts, preparer=self.preparer, starter=self.starter
        )

    @cached_property
    def dispatcher(self) -> "Dispatcher":
        from functions.jobs.runs.dispatch import Dispatcher

        return Dispatcher(
            firings=self.firings,
            runs=self.runs,
            executions=self.executions,
            starter=self.starter,
            stopper=self.stopper,
        )

    @cached_property
    def stopper(self) -> "RunStopper":
        from functions.jobs.runs.stop import RunStopper

        return RunStopper(
            jobs=self.jobs,
            runs=self.runs,
            executions=self.executions,
            firings=self.firings,
            rollouts=self.rollout_ender,
        )

    @cached_property
    def children(self) -> "ChildStarter":
        from functions.jobs.runs.start_children import ChildStarter

        return ChildStarter(jobs=self.jobs, starter=self.starter)

    @cached_property
    def settler(self) -> "Settler":
        from functions.jobs.runs.settle import Settler

        return Settler(
            jobs=self.jobs,
            runs=self.runs,
            tasks=self.tasks,
            task_stopper=self.task_stopper,
            starter=self.starter,
            children=self.children,
            dispatcher=self.dispatcher,
        )

    @cached_property
    def sweeper(self) -> "RunSweeper":
        from functions.jobs.runs.sweep import RunSweeper

        return RunSweeper(
            runs=self.runs,
            firings=self.firings,
            executions=self.executions,
            place=self.sweep_place,
            settler=self.settler,
            dispatcher=self.dispatcher,
            tracker=self.tracker,
        )

    @cached_property
    def tracker(self) -> "TaskTracker":
        from functions.jobs.runs.track import TaskTracker

        return TaskTracker(runs=self.runs, tasks=self.tasks, task_stopper=self.task_stopper)

    @cached_property
    def reconciler(self) -> "DeviceReconciler":
        from functions.jobs.runs.read_devices import DeviceReconciler

        return DeviceReconciler(rollouts=self.rollouts, devices=self.devices, iot=self.iot_jobs)

    @cached_property
    def device_pages(self) -> "DevicePages":
        from functions.jobs.runs.read_devices import DevicePages

        iot = self.iot_jobs if self.settings.fleets else None
        return DevicePages(rollouts=self.rollouts, devices=self.devices, iot=iot, reconciler=self.reconciler)

    @cached_property
    def device_retrier(self) -> "DeviceRetrier":
        from functions.jobs.runs.retry_devices import DeviceRetrier

        return DeviceRetrier(devices=self.devices, runs=self.runs, launcher=self.launcher)

    @cached_property
    def concluder(self) -> "RolloutConcluder":
        from functions.jobs.runs.conclude_rollout import RolloutConcluder

        return RolloutConcluder(
            runs=self.runs, iot=self.iot_jobs, reconciler=self.reconciler, task_tokens=self.task_tokens
        )

    @cached_property
    def rollout_starter(self) -> "RolloutStarter":
        from functions.jobs.runs.roll_out import RolloutStarter, TargetFinder

        return RolloutStarter(
            runs=self.runs,
            revisions=self.revisions,
            rollouts=self.rollouts,
            devices=self.devices,
            iot=self.iot_jobs,
            things=self.things,
            targets=TargetFinder(things=self.things, devices=self.devices),
            reconciler=self.reconciler,
            concluder=self.concluder,
        )

    @cached_property
    def rollout_ender(self) -> "RolloutEnder":
        from functions.jobs.runs.end_rollout import RolloutEnder

        return RolloutEnder(
            runs=self.runs,
            rollouts=self.rollouts,
            devices=self.devices,
            iot=self.iot_jobs,
            reconciler=self.reconciler,
            concluder=self.concluder,
            things=self.things,
        )

    @cached_property
    def rollout_sweeper(self) -> "RolloutSweeper":
        from functions.jobs.runs.end_rollout import RolloutSweeper

        return RolloutSweeper(rollouts=self.rollouts, iot=self.iot_jobs, ender=self.rollout_ender)

    @cached_property
    def follower(self) -> "DeviceFollower":
        from functions.jobs.runs.follow_devices import DeviceFollower

        return DeviceFollower(rollouts=self.rollouts, devices=self.devices, concluder=self.concluder)


@cache
def platform() -> Platform:
    """This process's platform."""
    return Platform()
