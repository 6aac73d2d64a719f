"""The one job at hand."""

from dataclasses import dataclass, field

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.jobs.details import clean
from shiftwork_agent.jobs.execution import FAILED, REJECTED, Execution, Outcome
from shiftwork_agent.jobs.note import Note
from shiftwork_agent.jobs.work import Work


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: the least between two reports, the most until a job that is silent is reported again."""

    report: float = 5
    heartbeat: float = 60
    power: float = 300  # what a machine has to go down


@dataclass(slots=True)
class Current:
    """A job from the time that it is handed over until its last report has arrived."""

    execution: Execution
    told_at: float
    work: Work | None = None
    details: dict[str, str] = field(default_factory=dict)
    final: Outcome | None = None
    news: bool = False
    dropped: bool = False

    @property
    def running(self) -> bool:
        """Whether its reports are of interest: it works, and the service wants it."""
        return self.work is not None and not self.dropped

    def report_at(self, pace: Pace) -> float:
        """When it is due to be reported that it is in progress."""
        return self.told_at + (pace.report if self.news else pace.heartbeat)

    def report(self) -> dict[str, str]:
        """What to say of it while it runs."""
        return {**self.details, **(self.work.output() if self.work else {})}

    def note(self, boot_id: str | None = None, *, waits: bool = False) -> Note:
        """What must be known of it after a restart of the agent."""
        return Note(self.execution.job_id, self.execution.number, self.execution.version, self.final, boot_id, waits)


def failure(error: JobError) -> Outcome:
    """The outcome of a job that ended by this error."""
    status = REJECTED if isinstance(error, RefusedError) else FAILED
    return Outcome(status, clean({"errorCode": error.code, "reason": str(error)}))
