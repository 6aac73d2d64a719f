"""Correction of the integrations ecs:runTask and ecs:runTask.sync."""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ministack.services import ecs, stepfunctions

from local.corrections.ecs.tasks import Tasks
from local.corrections.registry import correction, put
from local.corrections.stepfunctions.executions import Current, ExecutionOver, current, time_limit

_error: Callable[[str, str], Exception] = stepfunctions._ExecutionError
# The reason that AWS gives, out of time or not (measured: github.com/floci-io/floci, AslExecutorEcsRunTaskTest).
STOPPED_BY = "The Task state in AWS Step Functions execution [{}] which was managing this resource was aborted"


@correction("stepfunctions.run_task")
def run_task(tasks: Tasks) -> None:
    """Wait for the end of an ECS task, and fail the state if the task did not end well.

    MiniStack looks at the task once a second, answers `{tasks: [...]}` with ECS's own names, and succeeds whatever the
    exit code. AWS answers `.sync` with the task itself, names in PascalCase and times as epoch milliseconds, and raises
    States.TaskFailed with the same JSON as Cause when the task did not end well; a RunTask that placed nothing is
    AmazonECS.Unknown, an error of the API ECS.<its code> ("Run Amazon ECS or Fargate tasks with Step Functions").
    """
    put(stepfunctions._SERVICE_DISPATCH, "arn:aws:states:::ecs:runTask", RunTask(tasks).__call__)


@dataclass(frozen=True)
class RunTask:
    """The integration; `tasks` tells when a task has stopped, and stops it."""

    tasks: Tasks

    def __call__(self, resource: str, arguments: dict[str, Any]) -> Any:
        """Run the task; with .sync, wait for its end."""
        running = current.get(None) or Current({"status": "RUNNING"})  # TestState has none
        running.go_on()
        status, _, body = ecs._run_task(stepfunctions._pascal_to_camel(arguments))
        answer = json.loads(body)
        if status >= 400:
            raise _error(f"ECS.{answer['__type'].rpartition('#')[2]}", answer.get("message", ""))
        if answer["failures"]:
            raise _error("AmazonECS.Unknown", json.dumps(integration_names(answer)))
        if not resource.endswith(".sync"):
            return integration_names(answer)
        return outcome(self._wait(answer["tasks"][0]["taskArn"], running))

    def _wait(self, arn: str, running: Current) -> dict[str, Any]:
        stopped_by = STOPPED_BY.format(running.execution.get("executionArn"))
        try:
            in_time = running.wait(time_limit.get(), functools.partial(self.tasks.when_stopped, arn))
        except ExecutionOver:
            self.tasks.stop(arn, stopped_by)
            raise
        if not in_time:
            self.tasks.stop(arn, stopped_by)
            raise _error("States.Timeout", "")
        described: dict[str, Any] = ecs._sanitize(ecs._tasks[arn])
        return described


def outcome(task: dict[str, Any]) -> dict[str, Any]:
    """A stopped task as the integration answers it; raises States.TaskFailed unless it ended well."""
    shown: dict[str, Any] = integration_names(task)
    codes = [container.get("exitCode") for container in task["containers"]]
    if task["stopCode"] != "EssentialContainerExited" or any(code != 0 for code in codes):
        raise _error("States.TaskFailed", json.dumps(shown))
    return shown


def integration_names(value: Any, name: str = "") -> Any:
    """ECS's answer in the names and types of Step Functions' integrations."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: integration_names(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [integration_names(item) for item in value]
    if name.endswith("At") and isinstance(value, str):
        return int(datetime.fromisoformat(value).timestamp() * 1000)
    return value
