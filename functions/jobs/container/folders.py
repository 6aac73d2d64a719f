"""The volumes that begin empty and end with the ECS task (sandbox, /tmp, folders of written files), and those files.

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

SANDBOX = "/mnt/mesos/sandbox"  # the place that Mesos uses for a container with an image
PAYLOAD_FILE = f"{SANDBOX}/shiftwork-payload"  # if the run has a payload


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenFile:
    """A file that the init container writes. `content` (base64) or `source` (of a secret) is set.

    `link` is the path of a symbolic link to the file. `problem_path` is the field of the job document that names it.
    """

    path: str
    problem_path: str
    mode: str = "0444"
    content: str | None = None
    source: str | None = None
    link: str | None = None

    @property
    def folder(self) -> str:
        """The folder of the file."""
        return posixpath.dirname(self.path)


def written_files(run: RunSpec) -> list[WrittenFile]:
    """Return all files that the init container writes."""
    return [*_inline_files(run), *_secret_files(run)]


def written_file_problems(run: RunSpec) -> Iterator[Problem]:
    """Yield what is wrong with the paths of written files."""
    files = written_files(run)
    times = Counter(file.path for file in files)
    for file in files:
        if not file.path.startswith("/") or posixpath.normpath(file.path) != file.path or file.path.startswith("//"):
            yield Problem(
                file.problem_path, "must be an absolute path of a file, without '.', '..', '//' or a '/' at its end."
            )
        elif re.search(r"[\x01-\x1f\x7f]", file.path):
            yield Problem(file.problem_path, "must not have control characters.")
        elif file.path == PAYLOAD_FILE and "takesPayload" in run:
            yield Problem(file.problem_path, f"{file.path} is the file of the payload. Use another name.")
        elif times[file.path] > 1:
            yield Problem(file.problem_path, f"{file.path} is written more than once. Use another name.")


def _inline_files(run: RunSpec) -> Iterator[WrittenFile]:
    for place, file in enumerate(run.get("files", [])):
        yield WrittenFile(
            path=file["path"],
            problem_path=f"/run/files({place})/path",
            mode="0555" if file["executable"] else "0444",
            content=_base64(file),
        )


def _base64(file: File) -> str:
    """Encode texts too: an environment variable cannot have NUL, and the local cloud rewrites values that are paths."""
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
    """A volume that begins empty and ends with the ECS task."""

    name: str
    path: str
    read_only: bool = False

    def holds(self, path: str) -> bool:
        """Return whether a path is this folder or below it."""
        return path == self.path or path.startswith(f"{self.path}/")

    def mount(self, *, read_only: bool | None = None) -> dict[str, Any]:
        """Return the mount point of the folder, read-only as the folder is unless `read_only` says otherwise."""
        fixed = self.read_only if read_only is None else read_only
        return {"sourceVolume": self.name, "containerPath": self.path, "readOnly": fixed}


def sandbox(run: RunSpec) -> Folder | None:
    """Return the folder for artifacts, links to file secrets and the payload; None if the run has none of these."""
    linked = any((file.link or file.path).startswith(f"{SANDBOX}/") for file in written_files(run))
    return Folder("sandbox", SANDBOX) if run["artifacts"] or linked or "takesPayload" in run else None


def has_readonly_root(run: RunSpec) -> bool:
    """Return whether the main container's root file system is read-only."""
    return bool(run.get("readonlyRootFilesystem") or container_members(run).get("readonlyRootFilesystem"))


def scratch(run: RunSpec) -> Folder | None:
    """Return a /tmp for containers with a read-only root, where most programs need one; None if it is not needed."""
    readonly = has_readonly_root(run) or any(one.get("readonlyRootFilesystem") for one in run.get("sidecars", []))
    taken = any(volume["containerPath"].rstrip("/") == TMP for volume in run["volumes"])
    return Folder("tmp", TMP) if readonly and not taken else None


def file_folders(run: RunSpec) -> list[Folder]:
    """Return the read-only folders of written files. None is inside another, because no mount inside can be made."""
    there = [folder for folder in (sandbox(run), scratch(run)) if folder]
    found: list[Folder] = []
    for path in sorted({file.folder for file in written_files(run)}):
        if not any(folder.holds(path) for folder in (*there, *found)):
            found.append(Folder(f"files-{len(found)}", path, read_only=True))
    return found


def folders(run: RunSpec) -> list[Folder]:
    """Return all volumes that begin empty, each folder before those below it.

    Only the sandbox may be below a read-only folder: the init container, which can write there, makes its mount point.
    """
    there = [folder for folder in (sandbox(run), scratch(run)) if folder]
    return sorted([*there, *file_folders(run)], key=lambda folder: folder.path)
