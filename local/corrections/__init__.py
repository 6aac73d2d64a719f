"""What MiniStack does otherwise than AWS, corrected: a module per difference, each replacing a few of its names.

Each module's docstring says what MiniStack does, what AWS does (by the name of the page), and what we do.
"""

from local.corrections import api_errors, event_targets, log_stream_access, missing_objects
from local.corrections import apigateway as api_signatures
from local.corrections import events as event_rules
from local.corrections import sqs as queues
from local.corrections.ecs import capacity
from local.corrections.ecs.events import TaskEvents
from local.corrections.ecs.tasks import Tasks
from local.corrections.lambda_ import environments as lambda_workers
from local.corrections.lambda_ import failures as async_failures
from local.corrections.lambda_ import mappings as event_sources
from local.corrections.lambda_ import stream_records
from local.corrections.lambda_ import streams as stream_mappings
from local.corrections.stepfunctions import (
    callback_access,
    callbacks,
    executions,
    maps,
    nested_executions,
    run_task,
    time_limits,
)
from local.lambdas.forks import Forks
from local.tasks.engine import Engine


def install(engine: Engine, forks: Forks) -> Tasks:
    """Correct MiniStack in this process."""
    events = TaskEvents()
    events.start()
    tasks = Tasks(engine, events)
    tasks.install()
    capacity.install()
    executions.install()
    run_task.RunTask(tasks).install()
    time_limits.install()
    callbacks.install()
    callback_access.install()
    nested_executions.install()
    maps.install()
    event_targets.install()
    event_rules.install()
    async_failures.install()
    event_sources.install()
    stream_records.install()
    stream_mappings.Readers().install()
    lambda_workers.install(forks)
    api_errors.install()
    api_signatures.install()
    log_stream_access.install()
    missing_objects.install()
    queues.install()
    return tasks
