"""A job on this device: what the jobs service hands over, and what goes back to it."""

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
    """One execution of a job on this device. `version` moves with each accepted report."""

    job_id: str
    number: int
    version: int
    document: Any = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        """What names the execution: a job that is retried has the next number."""
        return self.job_id, self.number


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the work on a job ended. Status IN_PROGRESS: it goes on when the machine has restarted."""

    status: str
    details: Mapping[str, str] = field(default_factory=dict)
    then: Power | None = None


def failure(error: JobError) -> Outcome:
    """The outcome of a job that ended by this error."""
    status = REJECTED if isinstance(error, RefusedError) else FAILED
    return Outcome(status, clean({"errorCode": error.code, "reason": str(error)}))
