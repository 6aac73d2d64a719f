"""Tasks in containers of a Docker or Podman engine.

MiniStack's own way gives each container credentials and an endpoint it would not have on Fargate, and stops it after
5 seconds whatever its `stopTimeout`. Images are run for this machine's architecture, whatever the task definition
says, and one that is there already is not pulled again.
"""

import contextlib
from collections.abc import Sequence
from pathlib import Path

import docker
from docker.errors import NotFound

from local.tasks.container_workspace import TaskContainers
from local.tasks.launch import Volume


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
