"""The surroundings of a container's processes: folders instead of file systems, environment, user.

A process sees the paths of this machine. So every setting that names a path inside a mount names the volume's folder
instead: environment variables and the working directory. What a command says by itself stays as it is.
"""

import os
import posixpath
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.tasks.launch import Launch, Volume

# What Docker gives a container whose image sets none.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


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
        """Return the folder in which the container's program starts."""
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


@dataclass(frozen=True)
class Surroundings:
    """The same for the container's command and its health checks."""

    directory: Path
    environment: dict[str, str]
    user: str | int | None
    group: str | int | None

    @classmethod
    def of(cls, launch: Launch, folders: Folders) -> "Surroundings":
        """Made ready for a container."""
        home, directory = folders.of(launch), folders.directory(launch)
        directory.mkdir(parents=True, exist_ok=True)
        user, group = _owner(launch.user)
        if user is not None:
            # On the way to the task's folders lies the cloud's own, which nobody else may list.
            folders.shared.parent.chmod(0o711)
            for folder in {home, directory if directory.is_relative_to(home) else home}:
                shutil.chown(folder, user, group)
        return cls(directory, {"PATH": PATH, "HOME": str(home), **folders.environment(launch)}, user, group)

    def popen(self, program: list[str], output: int) -> subprocess.Popen[bytes]:
        """Start a program in a process group of its own."""
        return subprocess.Popen(
            program,
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=self.user,
            group=self.group,
        )


def _owner(user: str) -> tuple[str | int | None, str | int | None]:
    """ECS takes user, uid, user:group, uid:gid and their mixtures."""
    if not user or os.geteuid() != 0:
        return None, None
    name, _, group = user.partition(":")
    names = [int(part) if part.isdigit() else part for part in (name, group) if part]
    return names[0], names[1] if len(names) > 1 else None
