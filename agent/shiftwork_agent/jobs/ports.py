"""What the loop needs of the world around it: the jobs service, the work on a job, the machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from shiftwork_agent.jobs.execution import Execution, Power


class JobsService(Protocol):
    """Calls wait for the answer. LaterError: there is none. RejectedError: it is no."""

    def start_next(self) -> Execution | None:
        """The job that is this device's next, now IN_PROGRESS: the one that it has begun, if there is one."""

    def update(self, execution: Execution, status: str, details: Mapping[str, str]) -> int:
        """Report, if `execution.version` is still the version; answers the next one."""


@dataclass(frozen=True, slots=True)
class Again:
    """The work was begun before. `rebooted`: it wanted the machine to restart, and the machine has.

    `interrupted`: it had gone on after that restart, and another one of the agent interrupted it.
    """

    wanted_reboot: bool = False
    rebooted: bool = False
    interrupted: bool = False


class Work(Protocol):
    """What runs. It tells the loop by notices Told and, as the last one, Ended."""

    def output(self) -> Mapping[str, str]:
        """The end of what it wrote so far."""

    def end(self) -> None:
        """End it: Ended comes when nothing of it is left."""


class Begin(Protocol):
    """Begins the work on an execution. Raises JobError if the device will not or cannot."""

    def __call__(self, execution: Execution, again: Again | None) -> Work: ...


class Machine(Protocol):
    """The machine that the agent runs on."""

    def boot_id(self) -> str:
        """Another one after each restart of the machine."""

    def turn(self, power: Power) -> None:
        """Begin to restart or shut down the machine. Raises JobError if it will not."""
