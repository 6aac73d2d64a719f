"""The interface of an engine that runs tasks."""

from collections.abc import Sequence
from typing import Protocol

from local.tasks.launch import Launch, Volume


class StartError(Exception):
    """The task cannot start. The message is worded as the stopped reason of ECS."""


class Running(Protocol):
    """A container that has started."""

    def wait(self) -> int:
        """Block until it has ended and its output is delivered; its exit code, 128 + n when signal n killed it."""

    def stop(self) -> None:
        """Ask it to end, force it after its stop timeout; return when it has ended."""

    def check(self, argv: Sequence[str], timeout: float) -> bool:
        """Run a health check's program in it: whether it succeeded in time."""


class Workspace(Protocol):
    """The folders and volumes that the containers of one task share."""

    def start(self, launch: Launch) -> Running:
        """Start a container; raises StartError."""

    def close(self) -> None:
        """Remove what there is of the task, when all its containers have ended."""


class Engine(Protocol):
    """Something that runs tasks."""

    @property
    def words(self) -> str:
        """Return how tasks run, in words: tasks run as ..."""

    def workspace(self, task_id: str, volumes: Sequence[Volume]) -> Workspace:
        """Make what the containers of a task share; raises StartError."""
