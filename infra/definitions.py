"""The definitions of the state machines, as their files have them: nothing is filled in."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Definitions:
    """One for a run of one task, one for a run of several, one for a fleet run."""

    run_container: str
    run_tasks: str
    run_fleet: str

    @classmethod
    def of(cls, folder: Path) -> "Definitions":
        """Those of a folder."""
        names = ("run_container", "run_tasks", "run_fleet")
        return cls(*((folder / f"{name}.asl.json").read_text(encoding="utf-8") for name in names))
