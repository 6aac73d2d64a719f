"""The one job at hand, and what must be known of it after a restart: one small file, replaced as a whole."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from shiftwork_agent.disk import replace
from shiftwork_agent.jobs.execution import Execution, Outcome
from shiftwork_agent.jobs.pace import Pace
from shiftwork_agent.jobs.ports import Work


@dataclass(frozen=True, slots=True)
class Note:
    """The job that was begun. `final`: its report still to be sent. `boot_id`: the machine was to restart then.

    `waits`: and the job was not begun again since.
    """

    job_id: str
    number: int
    version: int
    final: Outcome | None = None
    boot_id: str | None = None
    waits: bool = False

    @property
    def execution(self) -> Execution:
        """The execution that the note is about, as far as it tells."""
        return Execution(self.job_id, self.number, self.version)


class NoteFile:
    """The note in the state folder; none if there is no job at hand."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "job.json"

    def read(self) -> Note | None:
        """The note; None also if the file is not one that the agent wrote."""
        try:
            values = json.loads(self._path.read_bytes())
            final = Outcome(**values.pop("final")) if values.get("final") else None
            return Note(**{**values, "final": final})
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def write(self, note: Note) -> None:
        """Keep the note, before what it tells is done."""
        replace(self._path, asdict(note))

    def clear(self) -> None:
        """There is no job at hand."""
        self._path.unlink(missing_ok=True)


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
