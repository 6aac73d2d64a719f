"""Schedules where IAM is enforced: who may make them, and what their role must allow."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import cloud as local_cloud
from local.cloud import Aws
from tests.local.workbench import until

ACCOUNT = "us-east-1:000000000000"
ROLES = "arn:aws:iam::000000000000:role/"
QUEUES = f"arn:aws:sqs:{ACCOUNT}:"
OFF = {"Mode": "OFF"}


def policy(action: str, resource: str, **condition: Any) -> str:
    """A document that allows this."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def encrypted(queue: str) -> str:
    """A queue's policy that refuses what does not come over TLS, as the CDK has it."""
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    statement = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sqs:*", "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, "Resource": QUEUES + queue}]})


def role(aws: Aws, name: str, service: str, **grants: str) -> str:
    """Make a role that a service may assume; its ARN. Grants are resources by action (`sqs_SendMessage`)."""
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    for action, resource in grants.items():
        text = policy(action.replace("_", ":"), resource)
        iam.put_role_policy(RoleName=name, PolicyName=action, PolicyDocument=text)
    return ROLES + name


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    """A local AWS that enforces IAM, with a group, two queues and roles."""
    with local_cloud.aws(enforce_iam=True, tasks="process") as running:
        for name in ("full", "dead"):
            running.client("sqs").create_queue(QueueName=name, Attributes={"Policy": encrypted(name)})
        running.client("scheduler").create_schedule_group(Name="ours")
        scheduler = "scheduler.amazonaws.com"
        role(running, "sends", scheduler, sqs_SendMessage=f"{QUEUES}*")
        role(running, "buries", scheduler, sqs_SendMessage=f"{QUEUES}dead")
        role(running, "other", "lambda.amazonaws.com")
        yield running


def user(aws: Aws, name: str, *policies: str) -> Any:
    """Scheduler's client with the keys of a user who may do this."""
    iam = aws.client("iam")
    iam.create_user(UserName=name)
    for number, document in enumerate(policies):
        iam.put_user_policy(UserName=name, PolicyName=str(number), PolicyDocument=document)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    secrets = {"aws_access_key_id": keys["AccessKeyId"], "aws_secret_access_key": keys["SecretAccessKey"]}
    return aws.client("scheduler", **secrets)


def request(name: str, role_name: str, group: str = "ours") -> dict[str, Any]:
    """The arguments of CreateSchedule."""
    retry = {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0}
    target = {"Arn": f"{QUEUES}full", "RoleArn": ROLES + role_name, "RetryPolicy": retry, "Input": name}
    target["DeadLetterConfig"] = {"Arn": f"{QUEUES}dead"}
    given = {"Name": name, "GroupName": group, "ScheduleExpression": "rate(300 days)", "Target": target}
    return {**given, "FlexibleTimeWindow": OFF}


SCHEDULES = policy("scheduler:*", f"arn:aws:scheduler:{ACCOUNT}:schedule/ours/*")
PASSED = {"Condition": {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}}}


def refusal(call: Any, **arguments: Any) -> tuple[str, str]:
    """The error's code and message."""
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_grant_on_a_group_is_a_grant_on_its_schedules_alone(aws: Aws) -> None:
    aws.client("scheduler").create_schedule_group(Name="theirs")
    mine = user(aws, "of-ours", SCHEDULES, policy("iam:PassRole", f"{ROLES}sends", **PASSED))
    mine.create_schedule(**request("granted", "sends"))
    mine.update_schedule(**request("granted", "sends"))
    mine.get_schedule(Name="granted", GroupName="ours")
    mine.delete_schedule(Name="granted", GroupName="ours")
    for group in ("theirs", "default"):
        code, _ = refusal(mine.create_schedule, **request("denied", "sends", group))
        assert code == "AccessDeniedException"


def test_the_role_must_be_passed(aws: Aws) -> None:
    elsewhere = {"Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}}
    mine = user(aws, "passes-nothing", SCHEDULES, policy("iam:PassRole", "*", **elsewhere))
    code, message = refusal(mine.create_schedule, **request("denied", "sends"))
    assert code == "AccessDeniedException"
    assert "iam:PassRole" in message


@pytest.mark.parametrize("name", ["other", "missing"])
def test_scheduler_must_be_able_to_assume_the_role(aws: Aws, name: str) -> None:
    code, message = refusal(aws.client("scheduler").create_schedule, **request("denied", name))
    assert code == "ValidationException"
    assert "assume the role" in message


def test_a_role_that_does_not_allow_the_call_leaves_a_dead_letter(aws: Aws) -> None:
    aws.client("scheduler").create_schedule(**request("forbidden", "buries"))
    assert until(lambda: "forbidden" in received(aws, "dead"))


def test_a_role_that_allows_the_call_invokes_the_target(aws: Aws) -> None:
    aws.client("scheduler").create_schedule(**request("allowed", "sends"))
    assert until(lambda: "allowed" in received(aws, "full"))


def received(aws: Aws, queue: str) -> list[str]:
    """The bodies of a queue's messages, once each."""
    sqs = aws.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    return [
        message["Body"] for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    ]
