"""Tasks as processes of this machine: no isolation, but a folder and an environment of their own."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.tasks.engine import StartError
from local.tasks.launch import Launch, Volume
from local.tasks.lines import batches
from local.tasks.surroundings import Folders, Surroundings

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
    """Starts tasks as children of this process, each container the leader of a process group of its own."""

    def __init__(self, home: Path, why: str) -> None:
        self._home, self.words = home, f"processes of this machine ({why})"
        home.mkdir(parents=True, exist_ok=True)

    def workspace(self, task_id: str, volumes: Sequence[Volume]) -> "TaskFolder":
        """The folders of a task."""
        folders = Folders(self._home / task_id, self._home.parent / "efs", volumes)
        try:
            folders.make()
        except OSError as error:
            raise StartError(f"CannotCreateVolumeError: {error}") from error
        return TaskFolder(folders)


@dataclass(frozen=True)
class TaskFolder:
    """The folders in which the processes of one task work."""

    folders: Folders

    def start(self, launch: Launch) -> "ContainerProcess":
        """Start the command; images are not pulled."""
        host = launch.image.partition("/")[0].partition(":")[0]
        if host.endswith(".invalid"):
            raise StartError(NO_IMAGE.format(image=launch.image, host=host))
        program = [*launch.entry_point, *launch.command]
        if not program:
            raise StartError(NO_COMMAND.format(image=launch.image))
        if launch.user and os.geteuid() != 0:
            launch.output([f"(local cloud: not root, so the user {launch.user} of this job is ignored)"])
        try:
            return ContainerProcess(launch, Surroundings.of(launch, self.folders), program, self.folders.task)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise StartError(f"CannotStartContainerError: {program[0]}: {error}") from error

    def close(self) -> None:
        """Remove the folders that live as the task does."""
        shutil.rmtree(self.folders.task, ignore_errors=True)


class ContainerProcess:
    """One process group."""

    def __init__(self, launch: Launch, surroundings: Surroundings, program: list[str], task: Path) -> None:
        self._launch, self._surroundings = launch, surroundings
        self._process = surroundings.popen(program, subprocess.PIPE)
        # Left behind by a killed server, this file tells the parent process what to end.
        self._mark = task.with_name(f"{task.name}.{launch.name}.pid")
        self._mark.write_text(str(self._process.pid), encoding="utf-8")
        self._reader = threading.Thread(target=self._forward, daemon=True, name=f"output of {launch.task_id}")
        self._reader.start()

    def wait(self) -> int:
        """Block until the command has ended; what it left behind in its group ends with it, as in a container."""
        code = self._process.wait()
        _signal(self._process, signal.SIGKILL)
        # A process that left the group may hold the pipe: its output is not waited for.
        self._reader.join(timeout=2)
        self._mark.unlink(missing_ok=True)
        return code if code >= 0 else 128 - code

    def stop(self) -> None:
        """SIGTERM to the group, and SIGKILL after the stop timeout."""
        if self._process.returncode is None:
            _signal(self._process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(self._launch.stop_timeout)
            return
        _signal(self._process, signal.SIGKILL)
        self._process.wait()

    def check(self, argv: Sequence[str], timeout: float) -> bool:
        """Run it beside the command, in its environment."""
        try:
            check = self._surroundings.popen(list(argv), subprocess.DEVNULL)
        except (OSError, ValueError, subprocess.SubprocessError):
            return False
        try:
            return check.wait(timeout) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            _signal(check, signal.SIGKILL)
            check.wait()

    def _forward(self) -> None:
        for lines in batches(self._chunks()):
            self._launch.output(lines)

    def _chunks(self) -> Iterator[bytes]:
        assert self._process.stdout is not None  # noqa: S101 (a pipe, see popen)
        with self._process.stdout as pipe:
            while chunk := os.read(pipe.fileno(), 1 << 16):
                yield chunk


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # macOS answers EPERM for a group whose members are all zombies.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
