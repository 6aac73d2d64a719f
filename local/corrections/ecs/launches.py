"""From a task and its definition to what an engine starts."""

from collections.abc import Mapping, Sequence
from typing import Any

from local.corrections.ecs import log as task_log
from local.corrections.ecs import secrets as container_secrets
from local.corrections.ecs.settings import settings
from local.tasks.launch import HealthCheck, Launch, Mount

Definition = dict[str, Any]
# "Amazon ECS task definition parameters": the default of stopTimeout on Fargate.
STOP_TIMEOUT = 30


def launches(task: Definition, definition: Definition, overrides: Sequence[Definition]) -> list[Launch]:
    """Everything the engine needs for each container. Raises StartError, worded as ECS words it."""
    named = {override["name"]: override for override in overrides if "name" in override}
    task_id = task["taskArn"].rsplit("/", 1)[-1]
    containers = definition["containerDefinitions"]
    return [_launch(task_id, container, named.get(container["name"], {})) for container in containers]


def _launch(task_id: str, container: Definition, override: Definition) -> Launch:
    secrets = container_secrets.environment(container)
    timeout = container.get("startTimeout")
    return Launch(
        task_id=task_id,
        name=container["name"],
        image=container["image"],
        entry_point=container.get("entryPoint") or [],
        command=override.get("command") or container.get("command") or [],
        environment={**_pairs(container), **secrets, **_pairs(override)},
        user=container.get("user") or "",
        directory=container.get("workingDirectory") or "",
        stop_timeout=float(container.get("stopTimeout") or STOP_TIMEOUT),
        output=task_log.output(container, task_id),
        essential=container.get("essential", True),
        depends_on=[(one["containerName"], one["condition"]) for one in container.get("dependsOn") or []],
        start_timeout=None if timeout is None else float(timeout),
        health=_health(container.get("healthCheck")),
        mounts=[
            Mount(mount["sourceVolume"], mount["containerPath"], mount.get("readOnly", False))
            for mount in container.get("mountPoints") or []
        ],
        settings=settings(container),
    )


def _health(check: Mapping[str, Any] | None) -> HealthCheck | None:
    """With the defaults of ECS's API reference, HealthCheck."""
    if not check:
        return None
    return HealthCheck(
        command=check["command"],
        interval=float(check.get("interval") or 30),
        timeout=float(check.get("timeout") or 5),
        retries=int(check.get("retries") or 3),
        start_period=float(check.get("startPeriod") or 0),
    )


def _pairs(source: Definition) -> dict[str, str]:
    return {pair["name"]: pair["value"] for pair in source.get("environment") or []}
