"""What is in use is not deleted with its stack: a cluster with tasks, a bucket with objects, a bus with rules."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from local.cloud import Aws
from tests.local.workbench import Workbench, until

STACK = "in-use"
KINDS = {
    "AWS::ECS::Cluster": {"ClusterName": STACK},
    "AWS::S3::Bucket": {"BucketName": STACK},
    "AWS::Events::EventBus": {"Name": STACK},
}


def task(workbench: Workbench) -> Callable[[], object]:
    """Start an ECS task in the cluster; return how it ends."""
    ecs = workbench.aws.client("ecs")
    definition = workbench.definition("sleep 600")
    (started,) = ecs.run_task(cluster=STACK, launchType="FARGATE", taskDefinition=definition)["tasks"]

    def end() -> None:
        ecs.stop_task(cluster=STACK, task=started["taskArn"])
        asked = {"cluster": STACK, "tasks": [started["taskArn"]]}
        until(lambda: ecs.describe_tasks(**asked)["tasks"][0]["lastStatus"] == "STOPPED")

    return end


def payload(workbench: Workbench) -> Callable[[], object]:
    """Put an object into the bucket; return how it goes."""
    s3 = workbench.aws.client("s3")
    s3.put_object(Bucket=STACK, Key="key", Body=b"1")
    return lambda: s3.delete_object(Bucket=STACK, Key="key")


def rule(workbench: Workbench) -> Callable[[], object]:
    """Put a rule on the bus; return how it goes."""
    events = workbench.aws.client("events")
    events.put_rule(Name="any", EventBusName=STACK, EventPattern='{"source": ["shop"]}')
    return lambda: events.delete_rule(Name="any", EventBusName=STACK)


@pytest.mark.parametrize(
    ("kind", "use"), [("AWS::ECS::Cluster", task), ("AWS::S3::Bucket", payload), ("AWS::Events::EventBus", rule)]
)
def test_what_is_in_use_stays_until_it_is_not(
    server: Aws, workbench: Workbench, kind: str, use: Callable[[Workbench], Callable[[], object]]
) -> None:
    formation = server.client("cloudformation")
    template = json.dumps({"Resources": {"InUse": {"Type": kind, "Properties": KINDS[kind]}}})
    stack: Any = formation.create_stack(StackName=STACK, TemplateBody=template)["StackId"]

    def status() -> str:
        return str(formation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])

    until(lambda: status() == "CREATE_COMPLETE")
    end = use(workbench)
    formation.delete_stack(StackName=STACK)
    until(lambda: status() == "DELETE_FAILED")
    end()
    formation.delete_stack(StackName=STACK)
    until(lambda: status() == "DELETE_COMPLETE")
