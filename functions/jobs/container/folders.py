"""The volumes of a task that begin empty and end with it: the sandbox, /tmp, and the folders of written files.

Source: ECS Developer Guide, "Use bind mounts with Amazon ECS".
"""

import base64
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from functions.jobs.container.docker_parameters import container_members
from functions.jobs.model.container_spec import File, RunSpec
from functions.jobs.model.errors import Problem

SANDBOX = "/mnt/mesos/sandbox"  # where Mesos has it for a container with an image
PAYLOAD_FILE = f"{SANDBOX}/shiftwork-payload"  # of a run that has a payload


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenFile:
    """A file: `content` (base64) or `source` (of a secret) is set. `problem_path` is where the document says it."""

    path: str
    problem_path: str
    mode: str = "0444"
    content: str | None = None
    source: str | None = None
    link: str | None = None

    @property
    def folder(self) -> str:
        """Where it is."""
        return posixpath.dirname(self.path)


def written_files(run: RunSpec) -> list[WrittenFile]:
    """All files to write, by their paths in the container."""
    return [*_inline_files(run), *_secret_files(run)]


def written_file_problems(run: RunSpec) -> Iterator[Problem]:
    """What is wrong with the files' own paths."""
    files = written_files(run)
    times = Counter(file.path for file in files)
    for file in files:
        if not file.path.startswith("/") or posixpath.normpath(file.path) != file.path or file.path.startswith("//"):
            yield Problem(
                file.problem_path, "must be a plain path of a file: without '.', '..', '//' or a '/' at its end."
            )
        elif re.search(r"[\x01-\x1f\x7f]", file.path):
            yield Problem(file.problem_path, "must not hold control characters.")
        elif file.path == PAYLOAD_FILE and "takesPayload" in run:
            yield Problem(file.problem_path, f"{file.path} is where the payload is written: use another name.")
        elif times[file.path] > 1:
            yield Problem(file.problem_path, f"{file.path} is written more than once.")


def _inline_files(run: RunSpec) -> Iterator[WrittenFile]:
    for place, file in enumerate(run.get("files", [])):
        yield WrittenFile(
            path=file["path"],
            problem_path=f"/run/files({place})/path",
            mode="0555" if file["executable"] else "0444",
            content=_base64(file),
        )


def _base64(file: File) -> str:
    """Base64 in any case: an environment variable holds no NUL, and the local cloud rewrites values that are paths."""
    return file["content"] if file["encoding"] == "base64" else base64.b64encode(file["content"].encode()).decode()


def _secret_files(run: RunSpec) -> Iterator[WrittenFile]:
    for place, volume in enumerate(run["volumes"]):
        if "secret" in volume:
            given = volume["containerPath"]
            path = given if given.startswith("/") else f"{SANDBOX}/{given}"
            inside = path.startswith(f"{SANDBOX}/")
            yield WrittenFile(
                path=path,
                problem_path=f"/run/volumes({place})/containerPath",
                source=run["secrets"][volume["secret"]]["source"],
                # Metronome's documentation reads a file secret as $MESOS_SANDBOX/<containerPath>.
                link=None if inside else f"{SANDBOX}{path}",
            )


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
