"""Tasks in containers of a Docker or Podman engine.

MiniStack's own way gives each container credentials and an endpoint it would not have on Fargate, and stops it after
5 seconds whatever its `stopTimeout`. Images are run for this machine's architecture, whatever the task definition
says, and one that is there already is not pulled again.
"""

import contextlib
import threading
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException, ImageNotFound, NotFound
from docker.utils import parse_repository_tag
from requests.exceptions import RequestException

from local.tasks.engine import Launch, StartError
from local.tasks.lines import batches

Lost = (DockerException, RequestException)


class Containers:
    """Starts tasks as containers, each removed when it has ended."""

    def __init__(self, url: str, home: Path) -> None:
        self._client, self._home = docker.DockerClient(base_url=url, timeout=60), home
        self._client.ping()
        home.mkdir(parents=True, exist_ok=True)
        self.words = f"containers ({url})"

    def start(self, launch: Launch) -> "ContainerTask":
        """Pull the image if it is not there, and start the container."""
        self._pull(launch.image)
        try:
            container = self._client.containers.create(
                launch.image,
                entrypoint=list(launch.entry_point) or None,
                command=list(launch.command) or None,
                environment=dict(launch.environment),
                user=launch.user or None,
                working_dir=launch.directory or None,
                name=f"shiftwork-{launch.task_id}",
            )
        except Lost as error:
            raise StartError(f"CannotCreateContainerError: {error}") from error
        try:
            container.start()
        except Lost as error:
            container.remove(force=True, v=True)
            raise StartError(f"CannotStartContainerError: {error}") from error
        return ContainerTask(container, launch, self._home / f"{launch.task_id}.container")

    def remove(self, container_id: str) -> None:
        """Remove a container that its server left behind; it may be gone."""
        with contextlib.suppress(NotFound):
            self._client.containers.get(container_id).remove(force=True, v=True)

    def _pull(self, image: str) -> None:
        with contextlib.suppress(ImageNotFound):
            self._client.images.get(image)
            return
        repository, tag = parse_repository_tag(image)
        try:
            # The SDK's own pull of this level says "not found" instead of the reason.
            told = list(self._client.api.pull(repository, tag or "latest", stream=True, decode=True))
        except Lost as error:
            raise StartError(f"CannotPullContainerError: {error}") from error
        if reasons := [event["error"] for event in told if "error" in event]:
            raise StartError(f"CannotPullContainerError: {reasons[-1]}")


class ContainerTask:
    """One container."""

    def __init__(self, container: Any, launch: Launch, mark: Path) -> None:
        self._container, self._launch, self._mark = container, launch, mark
        # Left behind by a killed server, this file tells the parent process what to remove.
        mark.write_text(container.id, encoding="utf-8")
        # Each stream has lines of its own.
        streams = ({"stdout": True, "stderr": False}, {"stdout": False, "stderr": True})
        self._readers = [threading.Thread(target=self._forward, kwargs=stream, daemon=True) for stream in streams]
        for reader in self._readers:
            reader.start()

    def wait(self) -> int:
        """Block until it has ended and its output is read."""
        try:
            code = int(self._container.wait()["StatusCode"])
            for reader in self._readers:
                reader.join(timeout=10)
            self._container.remove(force=True, v=True)
        except Lost as error:
            self._launch.output([f"(local cloud: the container engine is lost: {error})"])
            return 137
        self._mark.unlink(missing_ok=True)
        return code

    def stop(self) -> None:
        """The engine sends SIGTERM, and SIGKILL after the stop timeout."""
        try:
            self._container.stop(timeout=int(self._launch.stop_timeout))
        except Lost as error:
            self._launch.output([f"(local cloud: the container could not be stopped: {error})"])

    def _forward(self, **streams: bool) -> None:
        output = self._container.logs(stream=True, follow=True, **streams)
        for lines in batches(output):
            self._launch.output(lines)
