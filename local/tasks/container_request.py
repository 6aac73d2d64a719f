"""From a container's definition to the request that creates it."""

from collections.abc import Mapping
from typing import Any

from docker.types import Ulimit

from local.tasks.launch import Launch


def arguments(launch: Launch, volumes: Mapping[str, str], network: str | None) -> dict[str, Any]:
    """The keyword arguments of the SDK's `containers.create`; `volumes` says what the engine knows each volume as."""
    settings = launch.settings
    binds = [f"{volumes[m.volume]}:{m.path}:{'ro' if m.read_only else 'rw'}" for m in launch.mounts]
    return {
        "image": launch.image,
        "entrypoint": list(launch.entry_point) or None,
        "command": list(launch.command) or None,
        "environment": dict(launch.environment),
        "user": launch.user or None,
        "working_dir": launch.directory or None,
        "name": f"shiftwork-{launch.task_id}-{launch.name}",
        "volumes": binds,
        "network_mode": network,
        "labels": dict(settings.labels),
        "ulimits": [Ulimit(name=name, soft=soft, hard=hard) for name, soft, hard in settings.ulimits],
        "sysctls": dict(settings.sysctls) or None,
        "cap_add": list(settings.cap_add),
        "cap_drop": list(settings.cap_drop),
        "read_only": settings.read_only,
        "init": settings.init or None,
        "tty": settings.tty,
        "stdin_open": settings.interactive,
    }
