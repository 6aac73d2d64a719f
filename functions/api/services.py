"""Which adapter goes into which use case: the API's composition, made once per process."""

from dataclasses import dataclass
from functools import cache

from functions.aws import adapters, clients
from functions.aws.task_definitions import EcsTaskDefinitions
from functions.aws.task_logs import CloudWatchTaskLogs
from functions.jobs.ports import JobStore, RunStore, TaskLogs
from functions.jobs.running import Stopping, Triggering
from functions.jobs.saving import Saving
from functions.jobs.task_definition import Deployment
from functions.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """What the routes call."""

    jobs: JobStore
    runs: RunStore
    logs: TaskLogs
    saving: Saving
    trigger: Triggering
    stop: Stopping


@cache
def services() -> Services:
    """The services of this deployment."""
    settings = Settings.from_env()
    jobs, runs = adapters.job_table(settings), adapters.run_table(settings)
    executions = adapters.state_machine(settings)
    stop = Stopping(jobs=jobs, runs=runs, executions=executions)
    deployment = Deployment(
        family_prefix=settings.family_prefix,
        default_image=settings.default_image,
        task_role_arn=settings.task_role_arn,
        execution_role_arn=settings.execution_role_arn,
        log_group=settings.log_group,
        region=settings.region,
    )
    return Services(
        jobs=jobs,
        runs=runs,
        logs=CloudWatchTaskLogs(clients.logs(), settings.log_group),
        saving=Saving(
            jobs=jobs,
            runs=runs,
            stop=stop,
            definitions=EcsTaskDefinitions(clients.ecs()),
            deployment=deployment,
        ),
        trigger=Triggering(runs=runs, executions=executions, plans={}),
        stop=stop,
    )
