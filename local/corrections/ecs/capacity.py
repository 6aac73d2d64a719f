"""Corrections of capacity providers of ECS."""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import ecs

from local.corrections.registry import correction, put, replace

NO_CAPACITY_TAG = "shiftwork:no-capacity"
# API reference, Failure; the words are those of "Service event messages".
NONE_LEFT = "Capacity is unavailable at this time. Please try again later or in a different availability zone"


@correction("ecs.capacity")
def providers() -> None:
    """Check the capacity providers of each RunTask.

    MiniStack's RunTask takes any provider. AWS takes those that are associated with the cluster, and uses those whose
    weight is not 0, which it is if left out (ECS API reference, CapacityProviderStrategyItem). Where they have no room
    it answers without a task. Here they always have; to see what happens without, tag the cluster:
    `shiftwork:no-capacity` = `FARGATE_SPOT`, or several with blanks between them.
    """
    run_task: Callable[[dict[str, Any]], Any] = ecs._run_task

    def checked(data: dict[str, Any]) -> Any:
        return _refusal(data) or run_task(data)

    replace(ecs, _run_task=checked)
    put(ecs._ACTION_MAP, "RunTask", checked)


def _refusal(data: Mapping[str, Any]) -> Any:
    cluster = ecs._clusters.get(ecs._resolve_cluster_name(data.get("cluster", "default")))
    strategy = data.get("capacityProviderStrategy") or []
    if strategy and not any(item.get("weight") for item in strategy):
        message = "At least one capacity provider of the strategy must have a weight greater than zero."
        return error_response_json("InvalidParameterException", message, 400)
    for item in strategy if cluster else []:
        provider = item["capacityProvider"]
        if provider not in cluster["capacityProviders"]:
            message = f"The capacity provider {provider} is not associated with the cluster {cluster['clusterName']}."
            return error_response_json("InvalidParameterException", message, 400)
        if provider in _without_capacity(cluster["clusterArn"]):
            return json_response({"tasks": [], "failures": [{"reason": NONE_LEFT}]})
    return None


def _without_capacity(cluster: str) -> list[str]:
    tags = {tag["key"]: tag["value"] for tag in ecs._tags.get(cluster) or []}
    return str(tags.get(NO_CAPACITY_TAG, "")).split()
