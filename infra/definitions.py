"""The definitions of the state machines: their files, with the files that these include put in."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MACHINES = ("run_container", "run_tasks", "run_fleet")
_INCLUDED = re.compile(r"include\('([^']+)'\)")
PARTITION = "partition"  # what the files have as ${partition}: the template fills it in (DefinitionSubstitutions)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Definitions:
    """One for a run of one task, one for a run of several, one for a fleet run."""

    run_container: str
    run_tasks: str
    run_fleet: str

    @classmethod
    def of(cls, folder: Path) -> "Definitions":
        """Those of a folder, each as JSON."""
        return cls(*(_text(folder, name) for name in MACHINES))


def read_machine(folder: Path, name: str) -> dict[str, Any]:
    """Read a machine as Step Functions takes it in the partition aws.

    state_machines/README.md describes how its file includes others.
    """
    return dict(json.loads(_text(folder, name).replace(f"${{{PARTITION}}}", "aws")))


def _text(folder: Path, name: str) -> str:
    machine = json.loads((folder / f"{name}.asl.json").read_text(encoding="utf-8"))
    return json.dumps(_with_included(machine, folder / name), indent=2, ensure_ascii=False)


def read_expression(file: Path) -> str:
    """Read a `.jsonata` file as one line without comments: the console and `cdk diff` show it as a JSON string."""
    lines = _COMMENT.sub("", file.read_text(encoding="utf-8")).splitlines()
    return " ".join(line.strip() for line in lines if line.strip())


def _with_included(value: Any, folder: Path) -> Any:
    if isinstance(value, str):
        return _INCLUDED.sub(lambda found: read_expression(folder / found[1]), value)
    if isinstance(value, list):
        return [_with_included(item, folder) for item in value]
    if isinstance(value, dict):
        own = dict(value)
        shared = json.loads((folder / own.pop("include")).read_text(encoding="utf-8")) if "include" in own else {}
        return {key: _with_included(item, folder) for key, item in (shared | own).items()}
    return value
