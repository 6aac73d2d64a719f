"""Topic rules made by CloudFormation: what reaches a function, what reaches the error action, and who may."""

import json
from typing import Any

import pytest

from tests.local.fleet_rig import TRUST, Fleet, policy
from tests.local.workbench import Workbench, until

SQL = "SELECT *, topic() AS topic FROM '$aws/events/job/#' WHERE startswith(topic(4), 'ruled-')"
LAMBDA_TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
QUEUE = "arn:aws:sqs:us-east-1:000000000000:"
KEEP = """
import boto3, json
def handler(event, context):
    url = f"{boto3.client('sqs').get_queue_url(QueueName='heard')['QueueUrl']}"
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(event))
"""


@pytest.fixture(scope="module")
def keeper(fleet: Fleet) -> str:
    """A function that keeps what it hears in a queue."""
    bench, iam = Workbench(fleet.aws), fleet.aws.client("iam")
    fleet.sqs.create_queue(QueueName="heard")
    iam.update_assume_role_policy(RoleName="states", PolicyDocument=policy(LAMBDA_TRUST))
    allowed = policy({"Effect": "Allow", "Action": "sqs:*", "Resource": f"{QUEUE}heard"})
    iam.put_role_policy(RoleName="states", PolicyName="keep", PolicyDocument=allowed)
    bench.function("keeper", KEEP)
    arn: str = fleet.aws.client("lambda").get_function(FunctionName="keeper")["Configuration"]["FunctionArn"]
    return arn


def _stack(function: str, *, admitted: bool) -> str:
    """A rule with a function and an error action, as the CDK would write it."""
    send = {"Action": "sqs:SendMessage", "Effect": "Allow", "Resource": {"Fn::GetAtt": ["Failed", "Arn"]}}
    insecure = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sqs:*", "Resource": "*"}
    insecure["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
    error = {"Sqs": {"QueueUrl": {"Ref": "Failed"}, "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}}}
    rule = {"Sql": SQL, "AwsIotSqlVersion": "2016-03-23", "Actions": [{"Lambda": {"FunctionArn": function}}]}
    resources: dict[str, Any] = {
        "Failed": {"Type": "AWS::SQS::Queue"},
        "Secured": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": "Failed"}], "PolicyDocument": {"Statement": [insecure]}},
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [TRUST]},
                "Policies": [{"PolicyName": "send", "PolicyDocument": {"Version": "2012-10-17", "Statement": [send]}}],
            },
        },
        "Rule": {"Type": "AWS::IoT::TopicRule", "Properties": {"TopicRulePayload": {**rule, "ErrorAction": error}}},
    }
    if admitted:
        admits = {"Action": "lambda:InvokeFunction", "Principal": "iot.amazonaws.com", "FunctionName": function}
        admits["SourceArn"] = {"Fn::GetAtt": ["Rule", "Arn"]}  # type: ignore[assignment]
        resources["Admits"] = {"Type": "AWS::Lambda::Permission", "Properties": admits}
    outputs = {"Failed": {"Value": {"Ref": "Failed"}}}
    return json.dumps({"Resources": resources, "Outputs": outputs})


def _deploy(fleet: Fleet, name: str, template: str) -> str:
    """Create the stack; the queue of its error action."""
    cloudformation = fleet.aws.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_IAM"])

    def stack() -> Any:
        described = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        return described if described["StackStatus"].endswith("E") else None

    made = until(stack)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    queue: str = made["Outputs"][0]["OutputValue"]
    return queue


def _complete(fleet: Fleet, job_id: str) -> None:
    target = f"arn:aws:iot:us-east-1:000000000000:thing/{fleet.thing()}"
    fleet.iot.create_job(jobId=job_id, targets=[target], document="{}")
    fleet.report(target.rsplit("/", 1)[-1], job_id, "SUCCEEDED")


def test_a_rule_invokes_a_function_that_admits_it(fleet: Fleet, keeper: str) -> None:
    failed = _deploy(fleet, "admitted", _stack(keeper, admitted=True))
    heard = fleet.sqs.get_queue_url(QueueName="heard")["QueueUrl"]
    _complete(fleet, "other-1")
    _complete(fleet, "ruled-1")
    event = until(lambda: fleet.received(heard))
    assert event["topic"] == "$aws/events/job/ruled-1/completed"
    assert (event["jobId"], event["status"], event["jobProcessDetails"]["numberOfSucceededThings"]) == (
        "ruled-1",
        "COMPLETED",
        1,
    )
    assert fleet.received(heard) is None
    assert fleet.received(failed) is None
    fleet.aws.client("cloudformation").delete_stack(StackName="admitted")


def test_what_a_rule_may_not_invoke_goes_to_its_error_action(fleet: Fleet, keeper: str) -> None:
    failed = _deploy(fleet, "refused", _stack(keeper, admitted=False))
    heard = fleet.sqs.get_queue_url(QueueName="heard")["QueueUrl"]
    _complete(fleet, "ruled-2")
    told = until(lambda: fleet.received(failed))
    assert [one["failedAction"] for one in told["failures"]] == ["LambdaAction"]
    assert told["topic"] == "$aws/events/job/ruled-2/completed"
    assert fleet.received(heard) is None
    fleet.aws.client("cloudformation").delete_stack(StackName="refused")
