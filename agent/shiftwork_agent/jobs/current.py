"""The job at hand, and the note of it on the disk that survives a restart."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from shiftwork_agent.disk import replace_json
from shiftwork_agent.jobs.execution import Execution, Outcome
from shiftwork_agent.jobs.pace import Pace
from shiftwork_agent.jobs.ports import Work


@dataclass(frozen=True, slots=True)
class Note:
    """What the agent must know of its job after a restart.

    `final`: the last report, not yet accepted. `boot_id`: the machine's when the job asked for its restart.
    `waits`: the job has not gone on since then.
    """

    job_id: str
    number: int
    version: int
    final: Outcome | None = None
    boot_id: str | None = None
    waits: bool = False

    @property
    def execution(self) -> Execution:
        """The execution, without its document and details."""
        return Execution(self.job_id, self.number, self.version)


class NoteFile:
    """The file of the note in the state folder. Without a job at hand there is no file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "job.json"

    def read(self) -> Note | None:
        """Return the note. None: there is no file, or the agent did not write it."""
        try:
            values = json.loads(self._path.read_bytes())
            final = Outcome(**values.pop("final")) if values.get("final") else None
            return Note(**{**values, "final": final})
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def write(self, note: Note) -> None:
        """Keep the note, before the agent does what the note says."""
        replace_json(self._path, asdict(note))

    def clear(self) -> None:
        """Remove the note: there is no job at hand."""
        self._path.unlink(missing_ok=True)


@dataclass(slots=True)
class Current:
    """A job from the time that it is handed over until its last report is accepted.

    `changed`: its details have not been reported yet. `dropped`: the jobs service wants no more reports of it.
    """

    execution: Execution
    reported_at: float
    work: Work | None = None
    details: dict[str, str] = field(default_factory=dict)
    final: Outcome | None = None
    changed: bool = False
    dropped: bool = False

    @property
    def running(self) -> bool:
        """Whether the job works and the jobs service wants its reports."""
        return self.work is not None and not self.dropped

    def report_at(self, pace: Pace) -> float:
        """Return the time of the next report that the job is in progress."""
        return self.reported_at + (pace.report if self.changed else pace.heartbeat)

    def report(self) -> dict[str, str]:
        """Return the details to report while the job runs."""
        return {**self.details, **(self.work.output() if self.work else {})}

    def note(self, boot_id: str | None = None, *, waits: bool = False) -> Note:
        """Return the note of this job."""
        return Note(self.execution.job_id, self.execution.number, self.execution.version, self.final, boot_id, waits)
