"""From a task and its definition to what an engine starts: environment, secrets, where the output goes."""

import functools
import time
from collections.abc import Callable, Sequence
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch_logs, ecs, ssm

from local.tasks.engine import Launch, StartError

# "Amazon ECS task definition parameters": the default of stopTimeout on Fargate.
STOP_TIMEOUT = 30


def launch(task: dict[str, Any], definition: dict[str, Any], overrides: Sequence[dict[str, Any]]) -> Launch:
    """Everything the engine needs. Raises StartError, worded as ECS words it."""
    containers = definition["containerDefinitions"]
    if len(containers) != 1:
        raise StartError("CannotStartContainerError: the local cloud runs tasks of one container only")
    container = containers[0]
    override: dict[str, Any] = next((o for o in overrides if o.get("name") == container["name"]), {})
    task_id = task["taskArn"].rsplit("/", 1)[-1]
    return Launch(
        task_id=task_id,
        image=container["image"],
        entry_point=container.get("entryPoint") or [],
        command=override.get("command") or container.get("command") or [],
        environment=_environment(container, override),
        user=container.get("user") or "",
        directory=container.get("workingDirectory") or "",
        stop_timeout=float(container.get("stopTimeout") or STOP_TIMEOUT),
        output=_output(container, task_id),
    )


def _environment(container: dict[str, Any], override: dict[str, Any]) -> dict[str, str]:
    try:
        secrets = _secrets(container)
    except ecs._SecretResolutionError as error:
        # The words of "Troubleshooting Amazon ECS ResourceInitializationError errors".
        raise StartError(
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval "
            f"failed: {error}"
        ) from error
    return {**_pairs(container), **secrets, **_pairs(override)}


def _secrets(container: dict[str, Any]) -> dict[str, str]:
    """MiniStack hands out SecureString parameters as it keeps them; ECS decrypts them.

    ("Pass Systems Manager parameters through Amazon ECS environment variables")
    """
    found: dict[str, str] = ecs._resolve_container_secrets(container)
    for secret in container.get("secrets") or []:
        if "secretsmanager" not in secret["valueFrom"]:
            found[secret["name"]] = ssm.resolve_parameter_value(secret["valueFrom"], decrypt=True)
    return found


def _pairs(source: dict[str, Any]) -> dict[str, str]:
    return {pair["name"]: pair["value"] for pair in source.get("environment") or []}


def _output(container: dict[str, Any], task_id: str) -> Callable[[Sequence[str]], None]:
    config = ecs._awslogs_config(container, task_id, task_id)
    if config is None:
        return lambda lines: None
    account, region = ecs.get_account_id(), config["region"] or ecs.get_region()
    with request_scope(account, region):
        if not ecs._ensure_awslogs_stream(config):
            # As the awslogs driver fails the container ("Troubleshooting", CannotStartContainerError).
            raise StartError(f"CannotStartContainerError: the log group {config['group']} does not exist")
    return functools.partial(_put, account, region, config["group"], config["stream"])


def _put(account: str, region: str, group: str, stream: str, lines: Sequence[str]) -> None:
    now = int(time.time() * 1000)
    with request_scope(account, region):
        cloudwatch_logs._put_log_events(
            {
                "logGroupName": group,
                "logStreamName": stream,
                "logEvents": [{"timestamp": now, "message": line} for line in lines],
            }
        )
