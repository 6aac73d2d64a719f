"""What the agent must still know of its job after a restart: one small file, replaced as a whole."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shiftwork_agent.jobs.execution import Execution, Outcome


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


def replace(path: Path, values: Mapping[str, Any]) -> None:
    """Write the file so that, whenever the power goes, it is the old or the new one; and nobody else reads it."""
    draft = path.with_suffix(".new")
    with open(draft, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump(values, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
