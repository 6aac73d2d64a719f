"""What IAM is asked for where a state machine invokes a function, and where somebody sends a task token.

MiniStack asks nothing for the one, and for everything ("*") for the other. AWS asks whether the machine's role may
invoke the function ("Invoke an AWS Lambda function"), and whether the sender may tell the state machine that waits
(github.com/aws/aws-cdk, pull request 8486).
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.core import iam_actions
from ministack.services import stepfunctions

from local.corrections import iam as roles
from local.corrections.stepfunctions.callbacks import machines
from local.corrections.stepfunctions.executions import current

_error: Callable[[str, str], Exception] = stepfunctions._ExecutionError


def install() -> None:
    """Ask before a function is invoked, and name the state machine where a token is sent."""
    call, of_others = stepfunctions._call_lambda, iam_actions.extract_resource_arn

    def call_lambda(function: str, event: Any) -> Any:
        _may_invoke(function)
        return call(function, event)

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: Any, *rest: Any) -> Any:
        action = str(headers.get("x-amz-target", "")).rsplit(".", 1)[-1]
        if service == "states" and action.startswith("SendTask"):
            return machines.get(json.loads(body).get("taskToken"), "*")
        return of_others(service, method, path, headers, body, *rest)

    stepfunctions._call_lambda = call_lambda
    iam_actions.extract_resource_arn = extract_resource_arn


def _may_invoke(function: str) -> None:
    running = current.get(None)
    if running is None:
        return
    role = stepfunctions._state_machines[running.execution["stateMachineArn"]]["roleArn"]
    if not roles.allows(role, "lambda:InvokeFunction", function):
        words = f"User: {role} is not authorized to perform: lambda:InvokeFunction on resource: {function}"
        raise _error("Lambda.AWSLambdaException", words)
