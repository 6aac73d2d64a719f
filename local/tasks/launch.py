"""A task as an engine takes it: its volumes, and its containers with everything looked up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Condition = Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"]


@dataclass(frozen=True)
class Volume:
    """A volume of a task. `shared` is its path among the file systems of the cloud; None: it lives as its task does."""

    name: str
    shared: str | None = None


@dataclass(frozen=True)
class Mount:
    """The path at which a container sees a volume."""

    volume: str
    path: str
    read_only: bool = False


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """The check of a container. Times are in seconds; the command begins with CMD or CMD-SHELL."""

    command: Sequence[str]
    interval: float
    timeout: float
    retries: int
    start_period: float

    @property
    def argv(self) -> list[str]:
        """The program and its arguments."""
        kind, *rest = self.command
        return ["/bin/sh", "-c", *rest] if kind == "CMD-SHELL" else rest


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings that only a container engine can apply."""

    labels: Mapping[str, str] = field(default_factory=dict)
    ulimits: Sequence[tuple[str, int, int]] = ()
    """Name, soft and hard limit."""
    sysctls: Mapping[str, str] = field(default_factory=dict)
    cap_add: Sequence[str] = ()
    cap_drop: Sequence[str] = ()
    read_only: bool = False
    init: bool = False
    tty: bool = False
    interactive: bool = False
    login: Mapping[str, str] | None = None
    """User name and password for the registry."""


@dataclass(frozen=True, kw_only=True)
class Launch:
    """One container of a task, with everything looked up: secrets are values here."""

    task_id: str
    name: str
    image: str
    entry_point: Sequence[str]
    command: Sequence[str]
    environment: Mapping[str, str]
    user: str
    directory: str
    stop_timeout: float
    output: Callable[[Sequence[str]], None]
    """Takes each batch of complete lines, without their newlines."""
    essential: bool = True
    depends_on: Sequence[tuple[str, Condition]] = ()
    start_timeout: float | None = None
    """How many seconds others wait for its condition; None is forever."""
    health: HealthCheck | None = None
    mounts: Sequence[Mount] = ()
    settings: Settings = field(default_factory=Settings)
