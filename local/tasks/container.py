"""Tasks in containers of a Docker or Podman engine.

MiniStack's own way gives each container credentials and an endpoint it would not have on Fargate, and stops it after
5 seconds whatever its `stopTimeout`. Images are run for this machine's architecture, whatever the task definition
says, and one that is there already is not pulled again.
"""

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException, ImageNotFound, NotFound
from docker.types import Ulimit
from docker.utils import parse_repository_tag
from requests.exceptions import RequestException

from local.tasks.engine import StartError
from local.tasks.launch import Launch, Volume
from local.tasks.lines import batches

Lost = (DockerException, RequestException)


class ContainerTask:
    """One container."""

    def __init__(self, container: Any, launch: Launch) -> None:
        self._container, self._launch = container, launch
        # Each stream has lines of its own.
        streams = ({"stdout": True, "stderr": False}, {"stdout": False, "stderr": True})
        self._readers = [_thread(self._forward, **stream) for stream in streams]

    def wait(self) -> int:
        """Block until it has ended and its output is read."""
        try:
            code = int(self._container.wait()["StatusCode"])
            for reader in self._readers:
                reader.join(timeout=10)
        except Lost as error:
            self._launch.output([f"(local cloud: the container engine is lost: {error})"])
            return 137
        return code

    def stop(self) -> None:
        """The engine sends SIGTERM, and SIGKILL after the stop timeout."""
        try:
            self._container.stop(timeout=int(self._launch.stop_timeout))
        except Lost as error:
            self._launch.output([f"(local cloud: the container could not be stopped: {error})"])

    def check(self, argv: Sequence[str], timeout: float) -> bool:
        """Run it in the container. The engine cannot end it: what is too late is not waited for."""
        codes: list[int] = []

        def run() -> None:
            with contextlib.suppress(*Lost):
                codes.append(self._container.exec_run(list(argv)).exit_code)

        _thread(run).join(timeout)
        return codes == [0]

    def _forward(self, **streams: bool) -> None:
        output = self._container.logs(stream=True, follow=True, **streams)
        for lines in batches(output):
            self._launch.output(lines)


def _thread(target: Callable[..., None], **arguments: bool) -> threading.Thread:
    thread = threading.Thread(target=target, kwargs=arguments, daemon=True)
    thread.start()
    return thread


def _pull(client: Any, launch: Launch) -> None:
    """Pull the image if it is not there. Raises StartError."""
    with contextlib.suppress(ImageNotFound):
        client.images.get(launch.image)
        return
    repository, tag = parse_repository_tag(launch.image)
    login = dict(launch.settings.login) if launch.settings.login else None
    try:
        # The SDK's own pull of this level says "not found" instead of the reason.
        told = list(client.api.pull(repository, tag or "latest", stream=True, decode=True, auth_config=login))
    except Lost as error:
        raise StartError(f"CannotPullContainerError: {error}") from error
    if reasons := [event["error"] for event in told if "error" in event]:
        raise StartError(f"CannotPullContainerError: {reasons[-1]}")


def _arguments(launch: Launch, volumes: Mapping[str, str], network: str | None) -> dict[str, Any]:
    """Return the arguments of the SDK's `containers.create`; `volumes` says what the engine knows each volume as."""
    settings = launch.settings
    binds = [f"{volumes[m.volume]}:{m.path}:{'ro' if m.read_only else 'rw'}" for m in launch.mounts]
    return {
        "image": launch.image,
        "entrypoint": list(launch.entry_point) or None,
        "command": list(launch.command) or None,
        "environment": dict(launch.environment),
        "user": launch.user or None,
        "working_dir": launch.directory or None,
        "name": f"shiftwork-{launch.task_id}-{launch.name}",
        "volumes": binds,
        "network_mode": network,
        "labels": dict(settings.labels),
        "ulimits": [Ulimit(name=name, soft=soft, hard=hard) for name, soft, hard in settings.ulimits],
        "sysctls": dict(settings.sysctls) or None,
        "cap_add": list(settings.cap_add),
        "cap_drop": list(settings.cap_drop),
        "read_only": settings.read_only,
        "init": settings.init or None,
        "tty": settings.tty,
        "stdin_open": settings.interactive,
    }


class TaskContainers:
    """The containers of one task. They share volumes and, as on Fargate, one network interface."""

    def __init__(self, client: Any, mark: Path, volumes: Sequence[Volume]) -> None:
        self._client, self._mark, self._task = client, mark, mark.name
        # What a killed server leaves behind, these files tell the parent process, which removes it.
        self._volumes = {one.name: self._source(one) for one in volumes}
        self._started: list[Any] = []
        self._starting = threading.Lock()

    def start(self, launch: Launch) -> ContainerTask:
        """Pull the image if it is not there, and start the container."""
        _pull(self._client, launch)
        with self._starting:
            try:
                request = _arguments(launch, self._volumes, self._network())
                container = self._client.containers.create(**request)
            except Lost as error:
                raise StartError(f"CannotCreateContainerError: {error}") from error
            self._mark.with_name(f"{self._task}.{launch.name}.container").write_text(container.id, encoding="utf-8")
            self._started.append(container)
            try:
                container.start()
            except Lost as error:
                raise StartError(f"CannotStartContainerError: {error}") from error
        return ContainerTask(container, launch)

    def close(self) -> None:
        """Remove the containers, the last first: each may use the network of one before it. Then the volumes."""
        try:
            for container in reversed(self._started):
                container.remove(force=True, v=True)
            for mark in self._mark.parent.glob(f"{self._task}.*.volume"):
                with contextlib.suppress(NotFound):
                    self._client.volumes.get(mark.read_text(encoding="utf-8")).remove(force=True)
        except Lost:  # the marks stay
            return
        for mark in self._mark.parent.glob(f"{self._task}.*"):
            mark.unlink()

    def _source(self, volume: Volume) -> str:
        if volume.shared is not None:
            folder = self._mark.parent.parent / "efs" / volume.shared
            folder.mkdir(parents=True, exist_ok=True)
            return str(folder)
        name = f"shiftwork-{self._task}-{volume.name}"
        self._mark.with_name(f"{self._task}.{volume.name}.volume").write_text(name, encoding="utf-8")
        return name

    def _network(self) -> str | None:
        """Return the network of the task's first container that runs: with "awsvpc" all share localhost."""
        for container in self._started:
            with contextlib.suppress(NotFound):
                container.reload()
                if container.status == "running":
                    return f"container:{container.id}"
        return None


class Containers:
    """Starts tasks as containers, each removed when its task has ended."""

    def __init__(self, url: str, home: Path) -> None:
        self._client, self._home = docker.DockerClient(base_url=url, timeout=60), home
        self._client.ping()
        home.mkdir(parents=True, exist_ok=True)
        self.words = f"containers ({url})"

    def workspace(self, task_id: str, volumes: Sequence[Volume]) -> TaskContainers:
        """The volumes of a task; the engine makes those that live as the task does when they are first mounted."""
        return TaskContainers(self._client, self._home / task_id, volumes)

    def remove(self, container_id: str) -> None:
        """Remove a container that its server left behind; it may be gone."""
        with contextlib.suppress(NotFound):
            self._client.containers.get(container_id).remove(force=True, v=True)

    def remove_volume(self, name: str) -> None:
        """Remove a volume that its server left behind; it may be gone."""
        with contextlib.suppress(NotFound):
            self._client.volumes.get(name).remove(force=True)
