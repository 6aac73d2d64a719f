"""Tasks as processes of this machine: no isolation, but a folder and an environment of their own."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from local.tasks.engine import Launch, StartError
from local.tasks.lines import batches

# What Docker gives a container whose image sets none.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NO_COMMAND = (
    "CannotStartContainerError: the task has neither an entry point nor a command, and without Docker or Podman "
    "the local cloud cannot know the command of the image {image}"
)
# As containerd words it on Fargate. The top-level domain .invalid never resolves (RFC 2606).
NO_IMAGE = (
    "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref {image}: "
    "failed to do request: lookup {host}: no such host"
)


class Processes:
    """Starts tasks as children of this process, each the leader of a process group of its own."""

    def __init__(self, home: Path, why: str) -> None:
        self._home, self.words = home, f"processes of this machine ({why})"
        home.mkdir(parents=True, exist_ok=True)

    def start(self, launch: Launch) -> "ProcessTask":
        """Start the command; images are not pulled."""
        host = launch.image.partition("/")[0].partition(":")[0]
        if host.endswith(".invalid"):
            raise StartError(NO_IMAGE.format(image=launch.image, host=host))
        argv = [*launch.entry_point, *launch.command]
        if not argv:
            raise StartError(NO_COMMAND.format(image=launch.image))
        if launch.user and os.geteuid() != 0:
            launch.output([f"(local cloud: not root, so the user {launch.user} of this job is ignored)"])
        folder = self._home / launch.task_id
        folder.mkdir()
        try:
            return ProcessTask(_popen(argv, launch, folder), launch, folder)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StartError(f"CannotStartContainerError: {argv[0]}: {error}") from error


def _popen(argv: list[str], launch: Launch, folder: Path) -> subprocess.Popen[bytes]:
    directory = folder / launch.directory.lstrip("/")
    directory.mkdir(parents=True, exist_ok=True)
    user, group = _owner(launch.user)
    if user is not None:
        shutil.chown(folder, user, group)
        shutil.chown(directory, user, group)
    return subprocess.Popen(
        argv,
        cwd=directory,
        env={"PATH": PATH, "HOME": str(folder), **launch.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=user,
        group=group,
    )


def _owner(user: str) -> tuple[str | int | None, str | int | None]:
    """ECS takes user, uid, user:group, uid:gid and their mixtures."""
    if not user or os.geteuid() != 0:
        return None, None
    name, _, group = user.partition(":")
    names = [int(part) if part.isdigit() else part for part in (name, group) if part]
    return names[0], names[1] if len(names) > 1 else None


class ProcessTask:
    """One process group."""

    def __init__(self, process: subprocess.Popen[bytes], launch: Launch, folder: Path) -> None:
        self._process, self._launch, self._folder = process, launch, folder
        # Left behind by a killed server, this file tells the parent process what to end.
        self._mark = folder.with_suffix(".pid")
        self._mark.write_text(str(process.pid), encoding="utf-8")
        self._reader = threading.Thread(target=self._forward, daemon=True, name=f"output of {launch.task_id}")
        self._reader.start()

    def wait(self) -> int:
        """Block until the command has ended; what it left behind in its group ends with it, as in a container."""
        code = self._process.wait()
        self._signal(signal.SIGKILL)
        # A process that left the group may hold the pipe: its output is not waited for.
        self._reader.join(timeout=2)
        self._mark.unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)
        return code if code >= 0 else 128 - code

    def stop(self) -> None:
        """SIGTERM to the group, and SIGKILL after the stop timeout."""
        if self._process.returncode is None:
            self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(self._launch.stop_timeout)
            return
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        # macOS answers EPERM for a group whose members are all zombies.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _forward(self) -> None:
        for lines in batches(self._chunks()):
            self._launch.output(lines)

    def _chunks(self) -> Iterator[bytes]:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101 (asked for above)
        with pipe:
            while chunk := os.read(pipe.fileno(), 65536):
                yield chunk
