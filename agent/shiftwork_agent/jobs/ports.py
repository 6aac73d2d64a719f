"""What the loop needs of the world around it: the jobs service, the work on a job, the machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from shiftwork_agent.jobs.execution import Execution, Power


class JobsService(Protocol):
    """Calls that wait for their answer. LaterError: no answer came. RejectedError: the service refused the call."""

    def start_next(self) -> Execution | None:
        """Return this device's next execution, which is IN_PROGRESS then. An execution in progress comes first."""

    def update(self, execution: Execution, status: str, details: Mapping[str, str]) -> int:
        """Report, on the condition that `execution.version` is still the version. Return the next version."""


@dataclass(frozen=True, slots=True)
class Resumption:
    """What is known of work that was begun before.

    `wanted_reboot`: the work asked for a restart of the machine. `rebooted`: the machine has restarted since.
    `interrupted`: the work went on after that restart, and then the agent was restarted once more.
    """

    wanted_reboot: bool = False
    rebooted: bool = False
    interrupted: bool = False


class Work(Protocol):
    """Work that runs. It sends the loop the events Progressed and, as the last one, Ended."""

    def output(self) -> Mapping[str, str]:
        """Return the end of what the work wrote so far."""

    def end(self) -> None:
        """Begin to end the work. The event Ended follows when none of its processes is left."""


class Begin(Protocol):
    """Begins the work on an execution. Raises JobError if the device refuses the work or cannot begin it."""

    def __call__(self, execution: Execution, resumption: Resumption | None) -> Work: ...


class Machine(Protocol):
    """The machine that the agent runs on."""

    def boot_id(self) -> str:
        """Return a value that changes with each restart of the machine."""

    def change_power(self, power: Power) -> None:
        """Begin to restart or shut down the machine. Raises JobError if the machine does not."""
