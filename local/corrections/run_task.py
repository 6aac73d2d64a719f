"""ecs:runTask and ecs:runTask.sync.

MiniStack looks at the task once a second, answers `{tasks: [...]}` with ECS's own names, and succeeds whatever the
exit code. AWS answers `.sync` with the task itself, names in PascalCase and times as epoch milliseconds, and raises
States.TaskFailed with the same JSON as Cause when the task did not end well; a RunTask that placed nothing is
AmazonECS.Unknown, an error of the API ECS.<its code> ("Run Amazon ECS or Fargate tasks with Step Functions").
"""

import functools
import json
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ministack.services import ecs, stepfunctions

from local.corrections.executions import Current, ExecutionOver, current
from local.corrections.task_lifecycle import Tasks

# TimeoutSeconds of the state that is running, if it has one.
time_limit: ContextVar[float | None] = ContextVar("time limit", default=None)
_error: Callable[[str, str], Exception] = stepfunctions._ExecutionError
STOPPED_BY = "Stopped by Step Functions: the execution was {}"


@dataclass(frozen=True)
class RunTask:
    """The integration; `tasks` tells when a task has stopped, and stops it."""

    tasks: Tasks

    def install(self) -> None:
        """Put it in place of MiniStack's own."""
        stepfunctions._SERVICE_DISPATCH["arn:aws:states:::ecs:runTask"] = self.__call__

    def __call__(self, resource: str, arguments: dict[str, Any]) -> Any:
        """Run the task; with .sync, wait for its end."""
        running = current.get(None) or Current({"status": "RUNNING"})  # a branch of a Parallel state has none
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
        try:
            in_time = running.wait(time_limit.get(), functools.partial(self.tasks.when_stopped, arn))
        except ExecutionOver:
            self.tasks.stop(arn, STOPPED_BY.format("aborted"))
            raise
        if not in_time:
            self.tasks.stop(arn, STOPPED_BY.format("out of time"))
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


def install_time_limits() -> None:
    """TimeoutSeconds: MiniStack does not evaluate it in JSONata, and leaves the ECS task of a late state running."""
    execute, invoke_within = stepfunctions._execute_task, stepfunctions._invoke_resource_with_timeout

    def execute_task(state: dict[str, Any], raw_input: Any, execution: dict[str, Any], context: dict[str, Any]) -> Any:
        if isinstance(state.get("TimeoutSeconds"), str):
            seconds = stepfunctions._jsonata_state_field(state, "TimeoutSeconds", "number", raw_input, context)
            state = {**state, "TimeoutSeconds": seconds}
        return execute(state, raw_input, execution, context)

    def invoke_resource_with_timeout(resource: str, arguments: Any, seconds: float) -> Any:
        if "ecs:runTask" not in resource:
            return invoke_within(resource, arguments, seconds)
        token = time_limit.set(seconds)
        try:
            return stepfunctions._invoke_resource(resource, arguments)
        finally:
            time_limit.reset(token)

    stepfunctions._execute_task = execute_task
    stepfunctions._invoke_resource_with_timeout = invoke_resource_with_timeout
