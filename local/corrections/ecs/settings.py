"""What a container definition asks of the engine: limits, capabilities, labels, a registry's credentials."""

from typing import Any

from local.corrections.ecs import secrets as container_secrets
from local.tasks.launch import Settings


def settings(container: dict[str, Any]) -> Settings:
    """Raises StartError for credentials that are not there."""
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
        login=container_secrets.login(container),
    )
