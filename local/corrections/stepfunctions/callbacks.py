"""Task states that wait until somebody tells them with a token: arn:aws:states:::lambda:invoke.waitForTaskToken.

MiniStack waits on where the function has failed, or the execution was stopped; it begins to count TimeoutSeconds when
the function has answered; and it says TaskDoesNotExist of every token that nobody waits with. AWS fails the state with
the function's error ("Invoke an AWS Lambda function"), ends the wait with its execution and its time, and says
TaskTimedOut of a token whose task is closed, InvalidToken of what is none (API Reference, SendTaskSuccess).
"""

import json
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import stepfunctions

from local.corrections.stepfunctions.executions import current

NO_LIMIT = 99_999_999
machines: dict[str, str] = {}  # the state machines of all tokens that there ever were
_error: Callable[[str, str], Exception] = stepfunctions._ExecutionError


def install() -> None:
    """Put our waiting in place of MiniStack's, and look at tokens before it does."""
    wait = stepfunctions._invoke_with_callback

    def invoke_with_callback(resource: str, arguments: Any, token: str, state: dict[str, Any]) -> Any:
        return (_wait if "lambda:invoke" in resource else wait)(resource, arguments, token, state)

    stepfunctions._invoke_with_callback = invoke_with_callback
    for name in ("_send_task_success", "_send_task_failure", "_send_task_heartbeat"):
        setattr(stepfunctions, name, _if_open(getattr(stepfunctions, name)))


def _wait(resource: str, arguments: Any, token: str, state: dict[str, Any]) -> Any:
    """Invoke the function, then wait for the answer: both within the state's time."""
    running, ends = current.get(), time.monotonic() + state.get("TimeoutSeconds", NO_LIMIT)
    task: dict[str, Any] = {"event": threading.Event(), "result": None, "error": None, "heartbeat": None}

    def tell(call: Callable[[], None]) -> None:
        task["event"] = SimpleNamespace(set=call)
        if _is_answered(task):  # while the function ran
            call()

    machines[token] = running.execution["stateMachineArn"]
    stepfunctions._task_tokens[token] = task
    try:
        invoke = resource.replace(".waitForTaskToken", "")
        stepfunctions._invoke_resource_with_timeout(invoke, arguments, ends - time.monotonic())
        if not running.wait(min(threading.TIMEOUT_MAX, max(0.0, ends - time.monotonic())), tell):
            raise _error("States.Timeout", "")
    finally:
        stepfunctions._task_tokens.pop(token, None)
    if task["error"]:
        raise _error(task["error"]["Error"], task["error"]["Cause"])
    return json.loads(task["result"])


def _is_answered(task: dict[str, Any]) -> bool:
    return task["result"] is not None or task["error"] is not None


def _if_open(send: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def answer(data: dict[str, Any]) -> Any:
        token = data.get("taskToken", "")
        task = stepfunctions._task_tokens.get(token)
        if task and not _is_answered(task):
            return send(data)
        if task or token in machines:
            words = "Task Timed Out: 'Provided task does not exist anymore'"
            return error_response_json("TaskTimedOut", words, 400)
        return error_response_json("InvalidToken", "Invalid Token: 'Invalid token'", 400)

    return answer
