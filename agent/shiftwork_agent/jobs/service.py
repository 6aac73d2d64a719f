"""The jobs service as the agent needs it, and what it tells of its own accord."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from shiftwork_agent.jobs.execution import Execution, Outcome


class JobsService(Protocol):
    """Calls wait for the answer. LaterError: there is none. RejectedError: it is no."""

    def start_next(self) -> Execution | None:
        """The job that is this device's next, now IN_PROGRESS: the one that it has begun, if there is one."""

    def update(self, execution: Execution, status: str, details: Mapping[str, str]) -> int:
        """Report, if `execution.version` is still the version; answers the next one."""


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
