"""What the loop hears: from the jobs service, from the work on a job, and from the system."""

from collections.abc import Mapping
from dataclasses import dataclass

from shiftwork_agent.jobs.execution import Outcome


@dataclass(frozen=True, slots=True)
class Connected:
    """The agent receives the jobs service's news from now on. It missed whatever was sent before."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The agent no longer receives the jobs service's news."""


@dataclass(frozen=True, slots=True)
class NextChanged:
    """Another execution is now the device's first open one. None: the device has none."""

    key: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Progressed:
    """The handler of the job with this key reports details."""

    key: tuple[str, int]
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ended:
    """The work on the job with this key has ended, and none of its processes is left."""

    key: tuple[str, int]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Stopped:
    """The agent has to end. `reason` names an error that does not go away by waiting; None: a signal."""

    reason: str | None = None


Event = Connected | Disconnected | NextChanged | Progressed | Ended | Stopped
