"""Corrections of Task states that wait for a token: arn:aws:states:::lambda:invoke.waitForTaskToken."""

import json
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from ministack.core import iam_actions
from ministack.core.responses import error_response_json
from ministack.services import stepfunctions

from local.corrections import iam
from local.corrections.registry import correction, replace
from local.corrections.stepfunctions.executions import current

NO_LIMIT = 99_999_999
machines: dict[str, str] = {}  # the state machines of all tokens that there ever were
_error: Callable[[str, str], Exception] = stepfunctions._ExecutionError


@correction("stepfunctions.callbacks")
def waiting() -> None:
    """Wait within the state's time, and refuse tokens that nobody waits with.

    MiniStack waits on where the function has failed, or the execution was stopped; it begins to count TimeoutSeconds
    when the function has answered; and it says TaskDoesNotExist of every token that nobody waits with. AWS fails the
    state with the function's error ("Invoke an AWS Lambda function"), ends the wait with its execution and its time,
    and says TaskTimedOut of a token whose task is closed, InvalidToken of what is none (API Reference,
    SendTaskSuccess).
    """
    wait = stepfunctions._invoke_with_callback

    def invoke_with_callback(resource: str, arguments: Any, token: str, state: dict[str, Any]) -> Any:
        return (_wait if "lambda:invoke" in resource else wait)(resource, arguments, token, state)

    replace(
        stepfunctions,
        _invoke_with_callback=invoke_with_callback,
        _send_task_success=_if_open(stepfunctions._send_task_success),
        _send_task_failure=_if_open(stepfunctions._send_task_failure),
        _send_task_heartbeat=_if_open(stepfunctions._send_task_heartbeat),
    )


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


@correction("stepfunctions.callback_access")
def access() -> None:
    """Ask IAM before a function is invoked, and name the state machine where a token is sent.

    MiniStack asks nothing for the one, and for everything ("*") for the other. AWS asks whether the machine's role may
    invoke the function ("Invoke an AWS Lambda function"), and whether the sender may tell the state machine that waits
    (github.com/aws/aws-cdk, pull request 8486).
    """
    call, of_others = stepfunctions._call_lambda, iam_actions.extract_resource_arn

    def call_lambda(function: str, event: Any) -> Any:
        _may_invoke(function)
        return call(function, event)

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: Any, *rest: Any) -> Any:
        action = str(headers.get("x-amz-target", "")).rsplit(".", 1)[-1]
        if service == "states" and action.startswith("SendTask"):
            return machines.get(json.loads(body).get("taskToken"), "*")
        return of_others(service, method, path, headers, body, *rest)

    replace(stepfunctions, _call_lambda=call_lambda)
    replace(iam_actions, extract_resource_arn=extract_resource_arn)


def _may_invoke(function: str) -> None:
    running = current.get(None)
    if running is None:
        return
    role = stepfunctions._state_machines[running.execution["stateMachineArn"]]["roleArn"]
    if not iam.allows(role, "lambda:InvokeFunction", function):
        words = f"User: {role} is not authorized to perform: lambda:InvokeFunction on resource: {function}"
        raise _error("Lambda.AWSLambdaException", words)
