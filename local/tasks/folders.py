"""What stands for containers' file systems where tasks are processes: folders of this machine.

A process sees the paths of this machine. So every setting that names a path inside a mount names the volume's folder
instead: environment variables and the working directory. What a command says by itself stays as it is.
"""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.tasks.launch import Launch, Volume


@dataclass(frozen=True)
class Folders:
    """The folder of a task, the folder of the cloud's file systems, and the task's volumes."""

    task: Path
    shared: Path
    volumes: Sequence[Volume]

    def make(self) -> None:
        """Make the task's folder and those of its volumes."""
        self.task.mkdir()
        for folder in self._volumes().values():
            folder.mkdir(parents=True, exist_ok=True)

    def of(self, launch: Launch) -> Path:
        """The folder of one container, made if it is not there."""
        own = self.task / launch.name
        own.mkdir(exist_ok=True)
        return own

    def directory(self, launch: Launch) -> Path:
        """Where the container's program starts."""
        moved = moved_into(self._mounts(launch), launch.directory)
        if moved != launch.directory:
            return Path(moved)
        return self.of(launch) / launch.directory.lstrip("/")

    def environment(self, launch: Launch) -> dict[str, str]:
        """The container's variables."""
        mounts = self._mounts(launch)
        return {name: moved_into(mounts, value) for name, value in launch.environment.items()}

    def _mounts(self, launch: Launch) -> dict[str, Path]:
        folders = self._volumes()
        return {posixpath.normpath(mount.path): folders[mount.volume] for mount in launch.mounts}

    def _volumes(self) -> dict[str, Path]:
        own = self.task / "volumes"
        return {one.name: own / one.name if one.shared is None else self.shared / one.shared for one in self.volumes}


def moved_into(mounts: Mapping[str, Path], value: str) -> str:
    """The value, or what it is in the innermost mount that it lies in."""
    for path in sorted(mounts, key=len, reverse=True):
        if value == path or value.startswith(f"{path}/"):
            return str(mounts[path]) + value[len(path) :]
    return value
