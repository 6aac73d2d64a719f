"""The volumes of a task as ECS has them, and which container has them where.

Source: ECS Developer Guide, "Use bind mounts with Amazon ECS" and "Use Amazon EFS volumes with Amazon ECS".
"""

from typing import Any

from functions.jobs.container.folders import folders, has_readonly_root, sandbox, scratch
from functions.jobs.container.run_spec import RunSpec
from functions.jobs.container.volume_spec import EfsSpec


def volumes(run: RunSpec) -> list[dict[str, Any]]:
    """The task definition's volumes."""
    empty = [{"name": folder.name, "host": {}} for folder in folders(run)]
    return empty + [
        {"name": f"efs-{place}", "efsVolumeConfiguration": _efs(volume["efs"])}
        for place, volume in enumerate(run["volumes"])
        if "efs" in volume
    ]


def _efs(efs: EfsSpec) -> dict[str, Any]:
    authorization = {
        **({"accessPointId": efs["accessPointId"]} if "accessPointId" in efs else {}),
        **({"iam": "ENABLED"} if efs.get("iam") else {}),
    }
    return {
        "fileSystemId": efs["fileSystemId"],
        "transitEncryption": "ENABLED",
        **({"rootDirectory": efs["rootDirectory"]} if "rootDirectory" in efs else {}),
        **({"authorizationConfig": authorization} if authorization else {}),
    }


def main_mounts(run: RunSpec) -> list[dict[str, Any]]:
    """The mount points of the main container."""
    readonly = has_readonly_root(run)
    return [
        *(folder.mount() for folder in folders(run) if readonly or folder.name != "tmp"),
        *(
            {
                "sourceVolume": f"efs-{place}",
                "containerPath": volume["containerPath"],
                "readOnly": volume["mode"] == "RO",
            }
            for place, volume in enumerate(run["volumes"])
            if "efs" in volume
        ),
    ]


def sidecar_mounts(run: RunSpec, *, readonly_root: bool) -> list[dict[str, Any]]:
    """A sidecar has the sandbox and, if its root is read-only, /tmp. The rest is the main container's."""
    shared = (sandbox(run), scratch(run) if readonly_root else None)
    return [folder.mount() for folder in shared if folder]
