"""The choice of the engine that runs the tasks of this cloud, and the end of tasks whose server is gone."""

import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from local.errors import LocalCloudError
from local.tasks.engine import Engine
from local.tasks.process import Processes

if TYPE_CHECKING:
    from local.tasks.container import Containers


def choose(home: Path, asked: str) -> Engine:
    """Containers where a Docker or Podman socket answers, else processes; `asked` (process, container) decides."""
    if asked not in ("", "process", "container"):
        raise LocalCloudError(f"SHIFTWORK_TASKS is {asked!r}: it may be process or container")
    engine = None if asked == "process" else _containers(home)
    if engine is None and asked == "container":
        raise LocalCloudError("SHIFTWORK_TASKS is container, but no Docker or Podman socket answers")
    return engine or Processes(home, "SHIFTWORK_TASKS asks for it" if asked else "no Docker or Podman answers")


def sweep(home: Path) -> None:
    """End what a server that was killed has left running, by the marks of its tasks."""
    for mark in home.glob("*.pid"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(int(mark.read_text(encoding="utf-8")), signal.SIGKILL)
    containers, volumes = list(home.glob("*.container")), list(home.glob("*.volume"))
    if (containers or volumes) and (engine := _containers(home)):
        for mark in containers:
            engine.remove(mark.read_text(encoding="utf-8"))
        for mark in volumes:
            engine.remove_volume(mark.read_text(encoding="utf-8"))


def _containers(home: Path) -> "Containers | None":
    for url in _sockets():
        # The SDK takes 200 ms and 20 MB: it is imported only where there is an engine.
        from local.tasks import container  # noqa: PLC0415

        with contextlib.suppress(*container.Lost):
            return container.Containers(url, home)
    return None


def _sockets() -> Iterator[str]:
    """The addresses that accept a connection, in the order in which they are preferred."""
    asked = os.environ.get("DOCKER_HOST")
    paths = ["/var/run/docker.sock", "/run/podman/podman.sock"]
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        paths.append(f"{runtime}/podman/podman.sock")
    for url in [asked] if asked else [f"unix://{path}" for path in paths]:
        if not url.startswith("unix://") or _accepts(url.removeprefix("unix://")):
            yield url


def _accepts(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as attempt:
        try:
            attempt.connect(path)
        except OSError:
            return False
    return True
