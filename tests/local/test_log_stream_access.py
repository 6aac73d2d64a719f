"""A grant on the ARN that CloudFormation gives for a log group covers its streams."""

import json

import pytest
from botocore.exceptions import ClientError

from local.cloud import Cloud

GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:{}:*"


@pytest.mark.parametrize(("group", "refused"), [("read", False), ("other", True)])
def test_reading_a_stream_takes_the_grant_of_its_group(cloud: Cloud, group: str, refused: bool) -> None:
    user = f"reader-of-{group}"
    iam, logs = cloud.client("iam"), cloud.client("logs")
    iam.create_user(UserName=user)
    keys = iam.create_access_key(UserName=user)["AccessKey"]
    grant = {"Effect": "Allow", "Action": "logs:GetLogEvents", "Resource": GROUP.format(group)}
    document = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
    iam.put_user_policy(UserName=user, PolicyName="reads", PolicyDocument=document)
    existing = {one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]}
    if "read" not in existing:
        logs.create_log_group(logGroupName="read")
        logs.create_log_stream(logGroupName="read", logStreamName="s")
    reader = cloud.client("logs", aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"])
    try:
        reader.get_log_events(logGroupName="read", logStreamName="s")
        denied = False
    except ClientError as error:
        denied = error.response["Error"]["Code"] == "AccessDeniedException"
    assert denied is refused
