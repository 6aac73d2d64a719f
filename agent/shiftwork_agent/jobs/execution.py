"""A device execution: what the jobs service hands over to the agent, and the outcome that goes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.jobs.details import clean

IN_PROGRESS = "IN_PROGRESS"
SUCCEEDED = "SUCCEEDED"
FAILED = "FAILED"
REJECTED = "REJECTED"
TERMINAL = frozenset({SUCCEEDED, FAILED, REJECTED, "TIMED_OUT", "REMOVED", "CANCELED"})

Power = Literal["reboot", "shutdown"]


@dataclass(slots=True)
class Execution:
    """One execution of a job on this device. Each accepted report raises `version`."""

    job_id: str
    number: int
    version: int
    document: Any = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        """What identifies the execution. A retry of the job has the next number."""
        return self.job_id, self.number


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the work on a job ended. With the status IN_PROGRESS it continues after a restart of the machine."""

    status: str
    details: Mapping[str, str] = field(default_factory=dict)
    then: Power | None = None


def failure(error: JobError) -> Outcome:
    """Return the outcome of a job that this error ended."""
    status = REJECTED if isinstance(error, RefusedError) else FAILED
    return Outcome(status, clean({"errorCode": error.code, "reason": str(error)}))
