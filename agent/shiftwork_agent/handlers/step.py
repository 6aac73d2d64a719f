"""The steps of a document in the schema of AWS's device client, version 1.0."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shiftwork_agent.errors import RefusedError
from shiftwork_agent.handlers import fields


@dataclass(frozen=True, slots=True)
class Step:
    """A script of the device with its arguments, or a command, for which `handler` is None.

    `stderr_limit`: how many lines of standard error the step may write. None: any number.
    """

    name: str
    handler: str | None
    path: str
    words: tuple[str, ...]
    user: str
    ignore_failure: bool
    stderr_limit: int | None


def read_steps(document: Mapping[str, Any]) -> list[Step]:
    """Return all steps. The final step is the last one, because it too runs only if the others succeeded."""
    if document.get("version") != "1.0":
        raise RefusedError(fields.INVALID, f'version: {document.get("version")!r} is not allowed. Use "1.0" for steps')
    if document.get("conditions"):
        raise RefusedError(fields.INVALID, "conditions: this agent does not evaluate them. Choose the targets instead")
    steps = fields.tables(document, "steps")
    if "finalStep" in document:
        steps.append(fields.table(document, "finalStep"))
    return [_step(fields.table(step, "action")) for step in steps]


def _step(action: Mapping[str, Any]) -> Step:
    given = fields.table(action, "input")
    kind = action.get("type")
    if kind not in ("runHandler", "runCommand"):
        raise RefusedError(fields.INVALID, f"type: {kind!r} is not allowed in a step. Use runHandler or runCommand")
    is_handler = kind == "runHandler"
    return Step(
        name=fields.text(action, "name"),
        handler=fields.name(given, "handler") if is_handler else None,
        path=str(given.get("path") or "default"),
        words=tuple(fields.texts(given, "args") if is_handler else split(fields.text(given, "command"))),
        user=str(action.get("runAsUser") or ""),
        ignore_failure=flag(action.get("ignoreStepFailure")),
        stderr_limit=_count(action.get("allowStdErr")),
    )


def split(command: str) -> list[str]:
    r"""Return the words of a command. Commas separate them; `\,` is a comma in a word."""
    return [word.replace("\\,", ",").strip() for word in re.split(r"(?<!\\),", command)]


def flag(value: object) -> bool:
    """Read a flag. The schema has the strings "true" and "false"; JSON's true and false work too."""
    return value is True or value == "true"


def _count(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise RefusedError(fields.INVALID, "allowStdErr: a whole number from 0 is required")
