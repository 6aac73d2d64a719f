"""In what the processes of a container run: folder, environment, user."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from local.tasks.folders import Folders
from local.tasks.launch import Launch

# What Docker gives a container whose image sets none.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


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
