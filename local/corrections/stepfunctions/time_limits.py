"""TimeoutSeconds of a Task state.

MiniStack evaluates it in JSONPath states only, and leaves what a late state waits for running. AWS evaluates it
("Transforming data with JSONata"), and others have seen it stop the task or the execution that the state waits for.
"""

from contextvars import ContextVar
from typing import Any

from ministack.services import stepfunctions

# Of the state that is running, if it has one.
time_limit: ContextVar[float | None] = ContextVar("time limit", default=None)
WAITING = ("ecs:runTask", "states:startExecution")  # those that look at the limit themselves


def install() -> None:
    """Evaluate it, and hand it to the integrations that wait."""
    execute, invoke_within = stepfunctions._execute_task, stepfunctions._invoke_resource_with_timeout

    def execute_task(state: dict[str, Any], raw_input: Any, execution: dict[str, Any], context: dict[str, Any]) -> Any:
        if isinstance(state.get("TimeoutSeconds"), str):
            seconds = stepfunctions._jsonata_state_field(state, "TimeoutSeconds", "number", raw_input, context)
            state = {**state, "TimeoutSeconds": seconds}
        return execute(state, raw_input, execution, context)

    def invoke_resource_with_timeout(resource: str, arguments: Any, seconds: float) -> Any:
        if not any(name in resource for name in WAITING):
            return invoke_within(resource, arguments, seconds)
        token = time_limit.set(seconds)
        try:
            return stepfunctions._invoke_resource(resource, arguments)
        finally:
            time_limit.reset(token)

    stepfunctions._execute_task = execute_task
    stepfunctions._invoke_resource_with_timeout = invoke_resource_with_timeout
