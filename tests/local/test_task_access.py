"""Who may stop a task: a grant names the tasks of a cluster, and the cluster as a condition."""

import json

import pytest
from botocore.exceptions import ClientError

from local.cloud import Aws

ECS = "arn:aws:ecs:us-east-1:000000000000"
GRANT = {
    "Effect": "Allow",
    "Action": "ecs:StopTask",
    "Resource": f"{ECS}:task/ours/*",
    "Condition": {"ArnEquals": {"ecs:cluster": f"{ECS}:cluster/ours"}},
}


@pytest.mark.parametrize("named", ["{}", f"{ECS}:cluster/{{}}"])
@pytest.mark.parametrize(
    ("cluster", "answer"), [("ours", "InvalidParameterException"), ("theirs", "AccessDeniedException")]
)
def test_a_task_is_stopped_in_the_granted_cluster_alone(guarded: Aws, cluster: str, answer: str, named: str) -> None:
    """The tasks do not exist: who may stop them gets to know that."""
    iam, user = guarded.client("iam"), f"stops-{cluster}-{len(named)}"
    iam.create_user(UserName=user)
    keys = iam.create_access_key(UserName=user)["AccessKey"]
    document = json.dumps({"Version": "2012-10-17", "Statement": [GRANT]})
    iam.put_user_policy(UserName=user, PolicyName="stops", PolicyDocument=document)
    guarded.client("ecs").create_cluster(clusterName=cluster)
    ecs = guarded.client("ecs", aws_access_key_id=keys["AccessKeyId"], aws_secret_access_key=keys["SecretAccessKey"])
    with pytest.raises(ClientError) as refused:
        ecs.stop_task(cluster=named.format(cluster), task=f"{ECS}:task/{cluster}/{'0' * 32}")
    assert refused.value.response["Error"]["Code"] == answer
