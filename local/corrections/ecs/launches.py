"""From a task and its definition to what an engine starts: containers with secrets, logs and volumes.

MiniStack hands out SecureString parameters as it keeps them, and ignores the version of a secret. AWS decrypts, and
takes `arn:json-key:version-stage:version-id` ("Pass Secrets Manager secrets through Amazon ECS environment variables";
"Pass Systems Manager parameters through Amazon ECS environment variables"). An EFS file system is a folder of the local
cloud, which needs no mount targets.
"""

import functools
import json
import posixpath
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch_logs, ecs, efs, secretsmanager, ssm

from local.tasks.engine import StartError
from local.tasks.launch import HealthCheck, Launch, Mount, Settings, Volume

Definition = dict[str, Any]
# "Amazon ECS task definition parameters": the default of stopTimeout on Fargate.
STOP_TIMEOUT = 30
# The words of "Troubleshooting Amazon ECS ResourceInitializationError errors".
FAILED = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: {}"
ARN_FIELDS = 7  # arn:aws:secretsmanager:region:account:secret:name


def launches(task: Definition, definition: Definition, overrides: Sequence[Definition]) -> list[Launch]:
    """Return what the engine needs for each container. Raises StartError, worded as ECS words it."""
    named = {override["name"]: override for override in overrides if "name" in override}
    task_id = task["taskArn"].rsplit("/", 1)[-1]
    containers = definition["containerDefinitions"]
    return [_launch(task_id, container, named.get(container["name"], {})) for container in containers]


def _launch(task_id: str, container: Definition, override: Definition) -> Launch:
    secrets = _secrets(container)
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
        output=_output(container, task_id),
        essential=container.get("essential", True),
        depends_on=[(one["containerName"], one["condition"]) for one in container.get("dependsOn") or []],
        start_timeout=None if timeout is None else float(timeout),
        health=_health(container.get("healthCheck")),
        mounts=[
            Mount(mount["sourceVolume"], mount["containerPath"], mount.get("readOnly", False))
            for mount in container.get("mountPoints") or []
        ],
        settings=_settings(container),
    )


def _health(check: Mapping[str, Any] | None) -> HealthCheck | None:
    """Return the check with the defaults of ECS's API reference, HealthCheck."""
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


def _settings(container: Definition) -> Settings:
    """Return limits, capabilities, labels, credentials. Raises StartError for credentials that are not there."""
    linux = container.get("linuxParameters") or {}
    capabilities = linux.get("capabilities") or {}
    return Settings(
        labels=container.get("dockerLabels") or {},
        ulimits=[(one["name"], one["softLimit"], one["hardLimit"]) for one in container.get("ulimits") or []],
        sysctls={one["namespace"]: one["value"] for one in container.get("systemControls") or []},
        cap_add=capabilities.get("add") or (),
        cap_drop=capabilities.get("drop") or (),
        read_only=container.get("readonlyRootFilesystem") or False,
        init=linux.get("initProcessEnabled") or False,
        tty=container.get("pseudoTerminal") or False,
        interactive=container.get("interactive") or False,
        login=_login(container),
    )


def _secrets(container: Definition) -> dict[str, str]:
    """Return the secrets by the name of their variable. Raises StartError for one that cannot be found."""
    return {secret["name"]: _value(secret["valueFrom"]) for secret in container.get("secrets") or []}


def _login(container: Definition) -> dict[str, str] | None:
    """Return user name and password for the container's registry, if it names them. Raises StartError."""
    try:
        found: dict[str, str] | None = ecs._resolve_repository_credentials(container)
    except ecs._SecretResolutionError as error:
        raise StartError(FAILED.format(error)) from error
    return found


def _value(source: str) -> str:
    found = _secret(source) if ":secretsmanager:" in source else ssm.resolve_parameter_value(source, decrypt=True)
    if found is None:
        raise StartError(FAILED.format(f"unable to retrieve secret {source}"))
    return str(found)


def _secret(source: str) -> str | None:
    fields = source.split(":")
    key, stage, version = (*fields[ARN_FIELDS:], "", "", "")[:3]
    arn = ":".join(fields[:ARN_FIELDS])
    text: str | None = secretsmanager.resolve_secret_string(arn, stage or "AWSCURRENT", version or None)
    if text is None or not key:
        return text
    try:
        value = json.loads(text)[key]
    except (ValueError, KeyError, TypeError):
        raise StartError(
            FAILED.format(f"retrieved secret from Secrets Manager did not contain json key {key}")
        ) from None
    return value if isinstance(value, str) else json.dumps(value)


def _output(container: Definition, task_id: str) -> Callable[[Sequence[str]], None]:
    """Return what writes lines to the container's stream, as the awslogs driver does. Raises StartError."""
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


def volumes(definition: Definition) -> list[Volume]:
    """Return the volumes of a task definition."""
    return [Volume(one["name"], _file_system(one)) for one in definition.get("volumes") or []]


def _file_system(volume: Definition) -> str | None:
    """Return where an EFS volume lies: below its file system, in its root directory or that of its access point."""
    config = volume.get("efsVolumeConfiguration")
    if not config:
        return None
    root = config.get("rootDirectory") or "/"
    point = (config.get("authorizationConfig") or {}).get("accessPointId")
    if point and point in efs._access_points:
        root = efs._access_points[point].get("RootDirectory", {}).get("Path") or "/"
    return str(config["fileSystemId"]) + posixpath.normpath(f"/{root}").rstrip("/")
