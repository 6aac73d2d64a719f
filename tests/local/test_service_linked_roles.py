"""Who may create a service-linked role, and what the second one to create it is told."""

import json

import pytest
from botocore.exceptions import ClientError

from local.cloud import Aws

ECS, OTHER = "ecs.amazonaws.com", "autoscaling.amazonaws.com"
STATEMENT = {
    "Effect": "Allow",
    "Action": "iam:CreateServiceLinkedRole",
    "Resource": f"arn:aws:iam::000000000000:role/aws-service-role/{ECS}/AWSServiceRoleForECS",
    "Condition": {"StringEquals": {"iam:AWSServiceName": ECS}},
}


def test_a_grant_names_the_role_and_its_service(guarded: Aws) -> None:
    iam = guarded.client("iam")
    iam.create_user(UserName="links")
    keys = iam.create_access_key(UserName="links")["AccessKey"]
    document = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})
    iam.put_user_policy(UserName="links", PolicyName="links", PolicyDocument=document)
    client = guarded.client("iam", aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"])
    with pytest.raises(ClientError) as other:
        client.create_service_linked_role(AWSServiceName=OTHER)
    assert other.value.response["Error"]["Code"] == "AccessDenied"
    client.create_service_linked_role(AWSServiceName=ECS)
    with pytest.raises(ClientError) as again:
        client.create_service_linked_role(AWSServiceName=ECS)
    assert again.value.response["Error"]["Code"] == "InvalidInput"
    assert "has been taken" in str(again.value)
