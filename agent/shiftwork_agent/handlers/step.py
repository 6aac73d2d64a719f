"""One step of a document in the schema of AWS's device client, version 1.0."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shiftwork_agent.errors import RefusedError
from shiftwork_agent.handlers import fields


@dataclass(frozen=True, slots=True)
class Step:
    """A handler of the device with its arguments, or a command. `complaints`: lines of standard error it may write."""

    name: str
    handler: str | None
    path: str
    words: tuple[str, ...]
    user: str
    ignore_failure: bool
    complaints: int | None


def read(document: Mapping[str, Any]) -> list[Step]:
    """All steps, the final one last: it too runs only if those before succeeded."""
    if document.get("version") != "1.0":
        raise RefusedError(fields.INVALID, f'version is {document.get("version")!r}: steps need "1.0"')
    if document.get("conditions"):
        raise RefusedError(fields.INVALID, "conditions are not evaluated by this agent: choose the targets instead")
    steps = fields.tables(document, "steps")
    if "finalStep" in document:
        steps.append(fields.table(document, "finalStep"))
    return [_step(fields.table(step, "action")) for step in steps]


def _step(action: Mapping[str, Any]) -> Step:
    given = fields.table(action, "input")
    kind = action.get("type")
    if kind not in ("runHandler", "runCommand"):
        raise RefusedError(fields.INVALID, f"The type of a step is {kind!r}: give runHandler or runCommand")
    is_handler = kind == "runHandler"
    return Step(
        name=fields.text(action, "name"),
        handler=fields.name(given, "handler") if is_handler else None,
        path=str(given.get("path") or "default"),
        words=tuple(fields.texts(given, "args") if is_handler else split(fields.text(given, "command"))),
        user=str(action.get("runAsUser") or ""),
        ignore_failure=flag(action.get("ignoreStepFailure")),
        complaints=_count(action.get("allowStdErr")),
    )


def split(command: str) -> list[str]:
    r"""The words of a command: between commas, where `\,` is a comma."""
    return [word.replace("\\,", ",").strip() for word in re.split(r"(?<!\\),", command)]


def flag(value: object) -> bool:
    """The schema has "true" and "false" as texts; JSON's own will do."""
    return value is True or value == "true"


def _count(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise RefusedError(fields.INVALID, "allowStdErr is not a whole number from 0")
