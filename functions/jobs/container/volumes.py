"""The volumes of an ECS task, the mount points of its containers, and the rules of both.

Source: ECS Developer Guide, "Use bind mounts with Amazon ECS" and "Use Amazon EFS volumes with Amazon ECS".
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from functions.jobs.container.folders import (
    TMP,
    Folder,
    WrittenFile,
    folders,
    has_readonly_root,
    sandbox,
    scratch,
    written_files,
)
from functions.jobs.model.container_spec import EfsSpec, RunSpec
from functions.jobs.model.errors import Problem


def volumes(run: RunSpec) -> list[dict[str, Any]]:
    """Return the volumes of the task definition."""
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
    """Return the mount points of the main container."""
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
    """Return the mount points of a sidecar: the sandbox and, if its root is read-only, /tmp."""
    shared = (sandbox(run), scratch(run) if readonly_root else None)
    return [folder.mount() for folder in shared if folder]


# Folders that an image needs, and that a volume would hide; for /dev, /proc and /sys also everything below.
_OF_THE_IMAGE = re.compile(
    "/|/(bin|boot|etc|etc/ssl|etc/ssl/certs|lib|lib32|lib64|run|sbin|tmp|var/run|var/tmp"
    "|usr|usr/(local/)?(bin|lib|lib64|sbin|libexec|share)|usr/local|(dev|proc|sys)(/.*)?)"
)


def volume_problems(run: RunSpec) -> Iterator[Problem]:
    """Yield what is wrong with the volumes of a run, and with the folders of its written files."""
    for file in written_files(run):
        yield from _folder_problems(run, file)
    for place, volume in enumerate(run["volumes"]):
        path = f"/run/volumes({place})"
        if "hostPath" in volume:
            yield Problem(f"{path}/hostPath", "cannot be used: Fargate has no folders of hosts. Use efs.")
        if "efs" in volume:
            yield from _efs_problems(run, path, place)


def _folder_problems(run: RunSpec, file: WrittenFile) -> Iterator[Problem]:
    of_the_task = [folder for folder in (sandbox(run), scratch(run)) if folder and folder.holds(file.folder)]
    if not of_the_task and _OF_THE_IMAGE.fullmatch(file.folder):
        yield Problem(
            file.problem_path,
            f"would hide {file.folder} of the image, because the folder of a file becomes a volume. "
            "Choose a folder that has nothing else in it, such as /app/config.",
        )


def _efs_problems(run: RunSpec, path: str, place: int) -> Iterator[Problem]:
    volume = run["volumes"][place]
    efs, where = volume["efs"], volume["containerPath"]
    own = Folder("efs", where)
    if posixpath.normpath(where) != where or where.startswith("//"):
        yield Problem(f"{path}/containerPath", "must be a plain path, without '.', '..', '//' or a '/' at its end.")
    elif _OF_THE_IMAGE.fullmatch(where) and where != TMP:
        yield Problem(f"{path}/containerPath", f"would hide {where} of the image. Choose another folder.")
    others = [*folders(run), *(Folder("efs", one["containerPath"]) for one in run["volumes"][:place] if "efs" in one)]
    if taken := [folder.path for folder in others if folder.holds(where) or own.holds(folder.path)]:
        yield Problem(f"{path}/containerPath", f"overlaps with the volume at {taken[0]}. Choose another folder.")
    if "accessPointId" in efs and efs.get("rootDirectory", "/") != "/":
        yield Problem(f"{path}/efs/rootDirectory", "cannot be used with an access point, which has its own. Remove it.")
    if efs.get("iam") and "taskRole" not in run:
        yield Problem(
            f"{path}/efs/iam", "needs run.taskRole: EFS checks that role, and the default one may do nothing."
        )
