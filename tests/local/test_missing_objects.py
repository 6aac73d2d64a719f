"""Who may not list a bucket is not told what is not in it."""

import json

import pytest
from botocore.exceptions import ClientError

from local.cloud import Cloud


@pytest.mark.parametrize(
    ("actions", "code"), [(["s3:GetObject"], "AccessDenied"), (["s3:GetObject", "s3:ListBucket"], "NoSuchKey")]
)
def test_what_is_said_of_an_object_that_is_not_there(cloud: Cloud, actions: list[str], code: str) -> None:
    user = f"reads-{len(actions)}"
    iam = cloud.client("iam")
    cloud.client("s3").create_bucket(Bucket=user)
    cloud.client("s3").put_object(Bucket=user, Key="there", Body=b"1")
    iam.create_user(UserName=user)
    keys = iam.create_access_key(UserName=user)["AccessKey"]
    resources = [f"arn:aws:s3:::{user}", f"arn:aws:s3:::{user}/*"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=user, PolicyName="reads", PolicyDocument=document)
    reader = cloud.client("s3", aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"])
    assert reader.get_object(Bucket=user, Key="there")["Body"].read() == b"1"
    with pytest.raises(ClientError) as said:
        reader.get_object(Bucket=user, Key="gone")
    assert said.value.response["Error"]["Code"] == code
