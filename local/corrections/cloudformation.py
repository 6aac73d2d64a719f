"""Corrections of CloudFormation: what is in use is not deleted."""

from typing import Any

from ministack.services import ecs, eventbridge, s3
from ministack.services.cloudformation import stacks

from local.corrections.registry import correction, replace


class InUseError(Exception):
    """A resource has something in it, so it cannot be deleted."""


@correction("cloudformation.deletion")
def deletion() -> None:
    """Delete no cluster with tasks, no bucket with objects, no event bus with rules.

    MiniStack deletes them with all that they have. AWS refuses, and the stack is DELETE_FAILED (ECS API Reference,
    DeleteCluster: ClusterContainsTasksException; CloudFormation Template Reference, "AWS::S3::Bucket": "You can only
    delete empty buckets"; EventBridge API Reference, DeleteEventBus: "All rules associated with this event bus need to
    be deleted").
    """
    delete = stacks._delete_resource

    def delete_resource(resource_type: str, physical_id: str, *rest: Any) -> None:
        if (look := _LOOKS.get(resource_type)) and (said := look(physical_id)):
            raise InUseError(f"{physical_id} cannot be deleted: it has {said}.")
        delete(resource_type, physical_id, *rest)

    replace(stacks, _delete_resource=delete_resource)


def _tasks(cluster: str) -> str:
    name = cluster.rpartition("/")[2]
    of_cluster = (task for task in ecs._tasks.values() if task["clusterArn"].rpartition("/")[2] == name)
    return "tasks" if any(task["lastStatus"] != "STOPPED" for task in of_cluster) else ""


def _objects(bucket: str) -> str:
    return "objects" if s3._buckets.get(bucket, {}).get("objects") else ""


def _rules(bus: str) -> str:
    return "rules" if any(rule["EventBusName"] == bus for rule in eventbridge._rules.values()) else ""


_LOOKS = {"AWS::ECS::Cluster": _tasks, "AWS::S3::Bucket": _objects, "AWS::Events::EventBus": _rules}
