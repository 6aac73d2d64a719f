"""The volumes of a task that begin empty and end with it: the sandbox, /tmp, and the folders of written files.

Source: ECS Developer Guide, "Use bind mounts with Amazon ECS".
"""

from dataclasses import dataclass
from typing import Any

from functions.jobs.container.docker_parameters import container_members
from functions.jobs.container.run_spec import RunSpec
from functions.jobs.container.written_files import SANDBOX, written_files

TMP = "/tmp"  # noqa: S108 (a path in the container)


@dataclass(frozen=True, slots=True)
class Folder:
    """A volume that is empty at the start and gone with the task."""

    name: str
    path: str
    read_only: bool = False

    def holds(self, path: str) -> bool:
        """Whether a path is this folder or below it."""
        return path == self.path or path.startswith(f"{self.path}/")

    def mount(self, *, read_only: bool | None = None) -> dict[str, Any]:
        """The mount point."""
        fixed = self.read_only if read_only is None else read_only
        return {"sourceVolume": self.name, "containerPath": self.path, "readOnly": fixed}


def sandbox(run: RunSpec) -> Folder | None:
    """The folder for artifacts, for links to file secrets and for a payload, if there is anything for it."""
    linked = any((file.link or file.path).startswith(f"{SANDBOX}/") for file in written_files(run))
    return Folder("sandbox", SANDBOX) if run["artifacts"] or linked or "takesPayload" in run else None


def has_readonly_root(run: RunSpec) -> bool:
    """Whether nothing of the main container's image can be written."""
    return bool(run.get("readonlyRootFilesystem") or container_members(run).get("readonlyRootFilesystem"))


def scratch(run: RunSpec) -> Folder | None:
    """A /tmp for the containers whose root is read-only: hardly a program does without."""
    readonly = has_readonly_root(run) or any(one.get("readonlyRootFilesystem") for one in run.get("sidecars", []))
    taken = any(volume["containerPath"].rstrip("/") == TMP for volume in run["volumes"])
    return Folder("tmp", TMP) if readonly and not taken else None


def file_folders(run: RunSpec) -> list[Folder]:
    """The folders of written files, read-only, none inside another: a mount inside a read-only one is not made."""
    there = [folder for folder in (sandbox(run), scratch(run)) if folder]
    found: list[Folder] = []
    for path in sorted({file.folder for file in written_files(run)}):
        if not any(folder.holds(path) for folder in (*there, *found)):
            found.append(Folder(f"files-{len(found)}", path, read_only=True))
    return found


def folders(run: RunSpec) -> list[Folder]:
    """All volumes that begin empty, a folder before those below it.

    Below a read-only one there may be the sandbox alone: its mount point is made where the init container can write.
    """
    there = [folder for folder in (sandbox(run), scratch(run)) if folder]
    return sorted([*there, *file_folders(run)], key=lambda folder: folder.path)
