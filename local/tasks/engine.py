"""What a task needs to run, and what whatever runs it must be able to do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class StartError(Exception):
    """The task cannot start. The message is worded as the stopped reason of ECS."""


@dataclass(frozen=True, kw_only=True)
class Launch:
    """One task's container, with everything looked up: secrets are values here."""

    task_id: str
    image: str
    entry_point: Sequence[str]
    command: Sequence[str]
    environment: Mapping[str, str]
    user: str
    directory: str
    stop_timeout: float
    output: Callable[[Sequence[str]], None]
    """Takes each batch of complete lines, without their newlines."""


class Running(Protocol):
    """A task that has started."""

    def wait(self) -> int:
        """Block until it has ended and its output is delivered; its exit code, 128 + n when signal n killed it."""

    def stop(self) -> None:
        """Ask it to end, force it after its stop timeout; return when it has ended."""


class Engine(Protocol):
    """Something that runs tasks."""

    @property
    def words(self) -> str:
        """What people are told: tasks run as ..."""

    def start(self, launch: Launch) -> Running:
        """Start it; raises StartError."""
