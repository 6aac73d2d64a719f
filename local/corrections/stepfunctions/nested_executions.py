"""Correction of arn:aws:states:::states:startExecution.sync and .sync:2."""

import functools
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ministack.services import stepfunctions

from local.corrections import iam
from local.corrections.registry import correction, replace
from local.corrections.stepfunctions.executions import Current, ExecutionOver, current, time_limit, when_over
from local.corrections.stepfunctions.run_task import STOPPED_BY

_error: Callable[[str, str], Exception] = stepfunctions._ExecutionError


@correction("stepfunctions.nested_executions")
def nested_executions() -> None:
    """Start an execution like any other, and wait for it.

    MiniStack carries the other state machine in the waiting state's own thread, as StartSyncExecution would: nobody
    hears of its end, nobody can stop it, and its error becomes the state's. AWS starts an execution and waits for it
    ("Start a new AWS Step Functions state machine from a running execution"). It answers with the description of the
    execution, names in PascalCase and times in milliseconds, Input and Output as JSON values with .sync:2; where the
    execution did not succeed it raises States.TaskFailed with the description as Cause, and StepFunctions.<its code>
    where none was started (measured: github.com/floci-io/floci, AslExecutorNestedStartExecutionTest). It stops the
    execution when the state is out of time or its own execution is stopped ("Run a Job (.sync)").
    """
    replace(stepfunctions, _invoke_nested_start_execution_sync=run)


def run(resource: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Start the execution and wait for its end."""
    running, limit = current.get(), time_limit.get()
    running.go_on()
    # The new execution's thread starts with this one's variables.
    token = time_limit.set(None)
    try:
        arn = _start(running, arguments)
    finally:
        time_limit.reset(token)
    _wait(arn, running, limit)
    shown = description(stepfunctions._executions[arn], parsed=resource.endswith(":2"))
    if shown["Status"] != "SUCCEEDED":
        raise _error("States.TaskFailed", json.dumps(shown))
    return shown


def _start(running: Current, arguments: dict[str, Any]) -> str:
    request = stepfunctions._nested_start_execution_request(arguments)
    may_start(running.execution, request["stateMachineArn"])
    status, _, body = stepfunctions._start_execution(request)
    answer = json.loads(body)
    if status >= 400:
        code = answer["__type"].removesuffix("Exception")
        raise _error(f"StepFunctions.{code}Exception", answer.get("message", ""))
    arn: str = answer["executionArn"]
    return arn


def may_start(execution: dict[str, Any], machine: str) -> None:
    """Raise an error unless the role of an execution's state machine may start executions of this one."""
    role = stepfunctions._state_machines[execution["stateMachineArn"]]["roleArn"]
    if not iam.allows(role, "states:StartExecution", machine):
        words = f"User: {role} is not authorized to perform: states:StartExecution on resource: {machine}"
        raise _error("StepFunctions.AccessDeniedException", words)


def _wait(arn: str, running: Current, limit: float | None) -> None:
    stopping = {"executionArn": arn, "cause": STOPPED_BY.format(running.execution["executionArn"])}
    try:
        in_time = running.wait(limit, functools.partial(when_over, arn))
    except ExecutionOver:
        stepfunctions._stop_execution(stopping)
        raise
    if not in_time:
        stepfunctions._stop_execution(stopping)
        raise _error("States.Timeout", "")


def description(execution: dict[str, Any], *, parsed: bool) -> dict[str, Any]:
    """An execution as the integration describes it."""
    names = ("error", "cause", "executionArn", "input", "name", "stateMachineArn", "status")
    shown = {name: execution[name] for name in names if execution.get(name)}
    shown |= {name: _milliseconds(execution[name]) for name in ("startDate", "stopDate")}
    if execution["status"] == "SUCCEEDED":
        shown["output"] = execution["output"]
    if parsed:
        shown |= {name: json.loads(shown[name]) for name in ("input", "output") if name in shown}
    return {name[:1].upper() + name[1:]: shown[name] for name in sorted(shown)}


def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)
