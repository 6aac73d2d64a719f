"""The volumes of a task as ECS has them, and which container has them where.

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


# What an image cannot do without: a volume there would hide it. Of the kernel's trees, everything below too.
_OF_THE_IMAGE = re.compile(
    "/|/(bin|boot|etc|etc/ssl|etc/ssl/certs|lib|lib32|lib64|run|sbin|tmp|var/run|var/tmp"
    "|usr|usr/(local/)?(bin|lib|lib64|sbin|libexec|share)|usr/local|(dev|proc|sys)(/.*)?)"
)


def volume_problems(run: RunSpec) -> Iterator[Problem]:
    """What no volume can be."""
    for file in written_files(run):
        yield from _folder_problems(run, file)
    for place, volume in enumerate(run["volumes"]):
        path = f"/run/volumes({place})"
        if "hostPath" in volume:
            yield Problem(f"{path}/hostPath", "Fargate has no hosts whose folders could be named: use efs.")
        if "efs" in volume:
            yield from _efs_problems(run, path, place)


def _folder_problems(run: RunSpec, file: WrittenFile) -> Iterator[Problem]:
    of_the_task = [folder for folder in (sandbox(run), scratch(run)) if folder and folder.holds(file.folder)]
    if not of_the_task and _OF_THE_IMAGE.fullmatch(file.folder):
        yield Problem(
            file.problem_path,
            f"would hide {file.folder} of the image: a file's folder is a volume of its own. "
            "Choose a folder that holds nothing else, such as /app/config.",
        )


def _efs_problems(run: RunSpec, path: str, place: int) -> Iterator[Problem]:
    volume = run["volumes"][place]
    efs, where = volume["efs"], volume["containerPath"]
    mine = Folder("efs", where)
    if posixpath.normpath(where) != where or where.startswith("//"):
        yield Problem(f"{path}/containerPath", "must be a plain path: without '.', '..', '//' or a '/' at its end.")
    elif _OF_THE_IMAGE.fullmatch(where) and where != TMP:
        yield Problem(f"{path}/containerPath", f"would hide {where} of the image: choose another folder.")
    others = [*folders(run), *(Folder("efs", one["containerPath"]) for one in run["volumes"][:place] if "efs" in one)]
    if taken := [folder.path for folder in others if folder.holds(where) or mine.holds(folder.path)]:
        yield Problem(f"{path}/containerPath", f"overlaps with the volume at {taken[0]}: choose another folder.")
    if "accessPointId" in efs and efs.get("rootDirectory", "/") != "/":
        yield Problem(f"{path}/efs/rootDirectory", "must be left out: an access point has a folder of its own.")
    if efs.get("iam") and "taskRole" not in run:
        yield Problem(
            f"{path}/efs/iam", "needs run.taskRole: the role that EFS checks, which without it may do nothing."
        )
