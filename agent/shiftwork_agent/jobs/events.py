"""What the loop hears: from the jobs service, from the work on a job, from the system."""

from collections.abc import Mapping
from dataclasses import dataclass

from shiftwork_agent.jobs.execution import Outcome


@dataclass(frozen=True, slots=True)
class Connected:
    """The agent hears the jobs service (again): whatever it was told meanwhile, it has missed."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The agent no longer hears the jobs service."""


@dataclass(frozen=True, slots=True)
class NextChanged:
    """The first of the device's jobs that are not over is another one; None: there is none."""

    key: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Told:
    """The handler of the job with this key reports details."""

    key: tuple[str, int]
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ended:
    """The work on the job with this key has ended, and no process of it is left."""

    key: tuple[str, int]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Stopped:
    """The agent should end; with a reason, because of an error that waiting does not mend."""

    reason: str | None = None


Notice = Connected | Disconnected | NextChanged | Told | Ended | Stopped
