"""States that wait with a token for what a function has begun: until they are told, out of time, or stopped."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local import cloud as local_cloud
from tests.local.machines import machine, start
from tests.local.workbench import Workbench, until

HAND_ON = """
import boto3
def handler(event, context):
    if event["fails"]:
        raise ValueError("no rollout")
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="tokens")["QueueUrl"], MessageBody=event["token"])
"""
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:hands-on"


@pytest.fixture(scope="module")
def workbench() -> Iterator[Workbench]:
    """A local AWS that enforces IAM, with a function that hands tokens on."""
    with local_cloud.aws(enforce_iam=True, tasks="process") as running:
        bench = Workbench(running)
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        bench.aws.client("iam").update_assume_role_policy(RoleName="states", PolicyDocument=document(trust))
        bench.aws.client("sqs").create_queue(QueueName="tokens")
        allow(bench, FUNCTION)
        bench.function("hands-on", HAND_ON)
        yield bench


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allow(workbench: Workbench, function: str) -> None:
    """Let the role of state machines invoke a function, and that of the function send messages."""
    invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function}
    send = {"Effect": "Allow", "Action": ["sqs:SendMessage", "sqs:GetQueueUrl"], "Resource": "*"}
    workbench.aws.client("iam").put_role_policy(
        RoleName="states", PolicyName="calls", PolicyDocument=document(invoke, send)
    )


def waiting(workbench: Workbench, limit: int = 600, *, fails: bool = False) -> tuple[str, str]:
    """A machine of one state that waits, and an execution of it."""
    payload = {"token": "{% $states.context.Task.Token %}", "fails": "{% $states.input.fails %}"}
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "TimeoutSeconds": "{% $states.input.limit %}",
        "Arguments": {"FunctionName": FUNCTION, "Payload": payload},
        "End": True,
    }
    arn = machine(workbench, {"Wait": state})
    return arn, start(workbench, arn, {"limit": limit, "fails": fails})


def token(workbench: Workbench) -> str:
    """The token that the function was given."""
    sqs = workbench.aws.client("sqs")
    url = sqs.get_queue_url(QueueName="tokens")["QueueUrl"]
    (message,) = until(lambda: sqs.receive_message(QueueUrl=url).get("Messages", []))
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return str(message["Body"])


def refusal(workbench: Workbench, given: str) -> str:
    """The code with which a token is refused."""
    with pytest.raises(ClientError) as caught:
        workbench.states.send_task_success(taskToken=given, output="{}")
    return str(caught.value.response["Error"]["Code"])


def test_it_goes_on_with_the_output_that_it_is_told_once(workbench: Workbench) -> None:
    _, execution = waiting(workbench)
    given = token(workbench)
    assert workbench.states.describe_execution(executionArn=execution)["status"] == "RUNNING"
    workbench.states.send_task_success(taskToken=given, output='{"devices": 3}')
    assert refusal(workbench, given) == "TaskTimedOut"
    ended = workbench.ended(execution)
    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"devices": 3})
    assert refusal(workbench, given) == "TaskTimedOut"
    assert refusal(workbench, "rubbish") == "InvalidToken"


def test_it_fails_with_the_error_that_it_is_told(workbench: Workbench) -> None:
    _, execution = waiting(workbench)
    workbench.states.send_task_failure(taskToken=token(workbench), error="Shiftwork.NoDevices", cause="None is there.")
    ended = workbench.ended(execution)
    assert (ended["status"], ended["error"], ended["cause"]) == ("FAILED", "Shiftwork.NoDevices", "None is there.")


def test_it_fails_at_once_where_the_function_does(workbench: Workbench) -> None:
    _, execution = waiting(workbench, fails=True)
    ended = workbench.ended(execution)
    assert ended["status"] == "FAILED"
    assert json.loads(ended["cause"])["errorMessage"] == "no rollout"


def test_its_time_is_an_expression_and_ends_the_wait(workbench: Workbench) -> None:
    _, execution = waiting(workbench, 1)
    given = token(workbench)
    ended = workbench.ended(execution)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")
    assert refusal(workbench, given) == "TaskTimedOut"


def test_stopping_the_execution_ends_the_wait(workbench: Workbench) -> None:
    _, execution = waiting(workbench)
    given = token(workbench)
    workbench.states.stop_execution(executionArn=execution)
    assert workbench.ended(execution)["status"] == "ABORTED"
    assert until(lambda: refusal(workbench, given) == "TaskTimedOut")


def test_who_tells_it_needs_a_grant_on_the_state_machine(workbench: Workbench) -> None:
    arn, execution = waiting(workbench)
    given, iam = token(workbench), workbench.aws.client("iam")
    iam.create_user(UserName="teller")
    key = iam.create_access_key(UserName="teller")["AccessKey"]
    teller = boto3.client(
        "stepfunctions",
        endpoint_url=workbench.states.meta.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    for resource in (f"{arn}-other", arn):
        may = {"Effect": "Allow", "Action": "states:SendTaskSuccess", "Resource": resource}
        iam.put_user_policy(UserName="teller", PolicyName="tell", PolicyDocument=document(may))
        if resource != arn:
            with pytest.raises(ClientError, match="not authorized to perform: states:SendTaskSuccess"):
                teller.send_task_success(taskToken=given, output="1")
    teller.send_task_success(taskToken=given, output="1")
    assert workbench.ended(execution)["output"] == "1"


def test_the_machines_role_needs_a_grant_on_the_function(workbench: Workbench) -> None:
    allow(workbench, f"{FUNCTION}-other")
    ended = workbench.ended(waiting(workbench)[1])
    assert (ended["status"], ended["error"]) == ("FAILED", "Lambda.AWSLambdaException")
    assert "lambda:InvokeFunction" in ended["cause"]
    allow(workbench, FUNCTION)
    _, execution = waiting(workbench)
    workbench.states.send_task_success(taskToken=token(workbench), output="2")
    assert workbench.ended(execution)["status"] == "SUCCEEDED"
