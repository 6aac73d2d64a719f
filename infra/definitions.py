"""The definitions of the state machines, as their files have them: nothing is filled in."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Definitions:
    """One for a run of one task, and one for a run of several."""

    run_container: str
    run_tasks: str

    @classmethod
    def of(cls, folder: Path) -> "Definitions":
        """Those of a folder."""
        names = ("run_container", "run_tasks")
        return cls(*((folder / f"{name}.asl.json").read_text(encoding="utf-8") for name in names))
