"""The state of an account in AWS IoT: things, groups of things, and jobs with the executions of each thing."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

OPEN = ("QUEUED", "IN_PROGRESS")


@dataclass(slots=True)
class Execution:
    """A job on a thing: `number` counts from 1, `details` are the status details of the device."""

    number: int
    status: str
    queued_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    details: dict[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether its status may still change."""
        return self.status in OPEN


@dataclass(slots=True)
class Group:
    """A group of things by name, or a dynamic group of those that match `query`, such as "kind:pump"."""

    things: set[str] = field(default_factory=set)
    query: str | None = None


@dataclass(slots=True)
class Job:
    """A job: the request of CreateJob, and all executions of each thing, the latest one last.

    `waiting` are the things to which it is not rolled out yet.
    """

    asked: dict[str, Any]
    created_at: datetime
    status: str = "IN_PROGRESS"
    waiting: list[str] = field(default_factory=list)
    executions: dict[str, list[Execution]] = field(default_factory=dict)
    ended: dict[str, Any] = field(default_factory=dict)
    completed_at: datetime | None = None

    @property
    def is_continuous(self) -> bool:
        """Whether things that join its groups later get it too."""
        return bool(self.asked.get("targetSelection") == "CONTINUOUS")

    def latest(self) -> dict[str, Execution]:
        """The latest execution of each thing."""
        return {thing: executions[-1] for thing, executions in self.executions.items()}

    def counts(self) -> Counter[str]:
        """The things by status."""
        return Counter(execution.status for execution in self.latest().values())


@dataclass(slots=True)
class Account:
    """The whole account. `things` have attributes. `events` were published, if they are on, and not delivered yet."""

    things: dict[str, dict[str, str]] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    events_on: bool = True
    indexed: bool = True

    def members(self, name: str) -> list[str]:
        """The things of a group, in order."""
        group = self.groups[name]
        return sorted(self.found(group.query) if group.query else group.things & self.things.keys())

    def groups_of(self, thing: str) -> list[str]:
        """The groups of a thing."""
        return [name for name in self.groups if thing in self.members(name)]

    def found(self, query: str) -> list[str]:
        """The things that a query of one attribute finds."""
        name, _, value = query.partition(":")
        return [thing for thing, attributes in self.things.items() if attributes.get(name) == value]
