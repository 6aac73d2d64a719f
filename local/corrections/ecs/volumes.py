"""The volumes of a task definition. An EFS file system is a folder of the local cloud, which needs no mount targets."""

import posixpath
from typing import Any

from ministack.services import efs

from local.tasks.launch import Volume

Definition = dict[str, Any]


def volumes(definition: Definition) -> list[Volume]:
    """The volumes of a task definition."""
    return [Volume(one["name"], _file_system(one)) for one in definition.get("volumes") or []]


def _file_system(volume: Definition) -> str | None:
    """Where an EFS volume lies: below its file system, in its root directory or that of its access point."""
    config = volume.get("efsVolumeConfiguration")
    if not config:
        return None
    root = config.get("rootDirectory") or "/"
    point = (config.get("authorizationConfig") or {}).get("accessPointId")
    if point and point in efs._access_points:
        root = efs._access_points[point].get("RootDirectory", {}).get("Path") or "/"
    return str(config["fileSystemId"]) + posixpath.normpath(f"/{root}").rstrip("/")
