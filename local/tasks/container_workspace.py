"""What the containers of one task share."""

import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docker.errors import NotFound

from local.tasks.container_image import pull
from local.tasks.container_request import arguments
from local.tasks.container_running import ContainerTask, Lost
from local.tasks.engine import StartError
from local.tasks.launch import Launch, Volume


class TaskContainers:
    """The containers of one task. They share volumes and, as on Fargate, one network interface."""

    def __init__(self, client: Any, mark: Path, volumes: Sequence[Volume]) -> None:
        self._client, self._mark, self._task = client, mark, mark.name
        # What a killed server leaves behind, these files tell the parent process, which removes it.
        self._volumes = {one.name: self._source(one) for one in volumes}
        self._started: list[Any] = []
        self._starting = threading.Lock()

    def start(self, launch: Launch) -> "ContainerTask":
        """Pull the image if it is not there, and start the container."""
        pull(self._client, launch)
        with self._starting:
            try:
                request = arguments(launch, self._volumes, self._network())
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
        """That of the task's first container that runs: in the mode "awsvpc" all see one another on localhost."""
        for container in self._started:
            with contextlib.suppress(NotFound):
                container.reload()
                if container.status == "running":
                    return f"container:{container.id}"
        return None
