"""All corrections, in the order in which they build on each other."""

import socket
from dataclasses import dataclass

from local.corrections import apigateway, cloudformation, events, iam, logs, sqs
from local.corrections.ecs import capacity
from local.corrections.ecs import tasks as ecs
from local.corrections.iot import access, connections, executions, groups, index, requests, rollouts, rules
from local.corrections.iot import templates as job_templates
from local.corrections.iot.timers import Duties, Timers
from local.corrections.lambda_ import environments, failures, mappings, streams
from local.corrections.scheduler import schedules, templates
from local.corrections.scheduler.targets import Targets
from local.corrections.stepfunctions import callbacks, maps, nested_executions, run_task
from local.corrections.stepfunctions import executions as states
from local.lambdas.forks import Forks
from local.schedules.clock import Clock, SystemClock
from local.schedules.scheduler import Scheduler
from local.tasks.engine import Engine


@dataclass(frozen=True)
class Corrected:
    """The parts of the corrected AWS that work by themselves: tasks, schedules, and the timers of IoT."""

    tasks: ecs.Tasks
    scheduler: Scheduler
    timers: Timers


def install(engine: Engine, forks: Forks, devices: socket.socket) -> Corrected:
    """Correct MiniStack in this process. Tasks run in the engine; IoT serves devices on the socket."""
    tasks = ecs.Tasks(engine, ecs.TaskEvents())
    ecs.life_of_tasks(tasks)
    capacity.providers()
    _stepfunctions(tasks)
    events.invocations()
    events.access()
    events.deletion()
    events.permissions()
    _lambda(forks)
    apigateway.errors()
    apigateway.signatures()
    cloudformation.deletion()
    iam.log_streams()
    iam.missing_objects()
    iam.service_linked_roles()
    iam.ecs_tasks()
    logs.metrics()
    sqs.encryption()
    scheduler = Scheduler(SystemClock(), Targets())
    schedules.schedules(scheduler)
    schedules.access()
    templates.templates(lambda: schedules.forget(scheduler))
    return Corrected(tasks, scheduler, _iot(scheduler.clock, devices))


def _stepfunctions(tasks: ecs.Tasks) -> None:
    states.stopping()
    run_task.run_task(tasks)
    states.time_limits()
    callbacks.waiting()
    callbacks.access()
    nested_executions.nested_executions()
    maps.maps()


def _lambda(forks: Forks) -> None:
    failures.failures()
    mappings.mappings()
    streams.records()
    streams.reading()
    environments.environments(forks)


def _iot(clock: Clock, devices: socket.socket) -> Timers:
    duties: list[Duties] = []
    rollouts.one_clock(clock)
    connections.listener(devices)
    access.access()
    index.searching()
    groups.memberships()
    groups.hierarchy()
    groups.dynamic_groups()
    rules.sql()
    rules.rules()
    connections.replies()
    executions.timeouts(duties)
    rollouts.rates(duties)
    executions.retries()
    rollouts.schedules(duties)
    requests.refusals()
    job_templates.managed_templates()
    job_templates.jobs_of_templates()
    return Timers(clock, duties)
