"""run-command: a program with arguments; a shell line only where the device allows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.handlers import fields
from shiftwork_agent.running.child import run
from shiftwork_agent.running.job import Job
from shiftwork_agent.settings.config import Commands


def run_command(document: Mapping[str, Any], job: Job) -> dict[str, object]:
    """Run `command`, a list of words, or a text where a shell is allowed; its output is the job's."""
    allowed = job.config.commands
    command = document.get("command")
    words = _shell(command, allowed) if isinstance(command, str) else _words(document, allowed)
    code = run(words)
    if code:
        raise JobError("ERR_COMMAND_FAILED", f"{words[0]} ended with exit code {code}")
    return {"exitCode": code}


def check_allowed(words: Sequence[str], allowed: Commands) -> None:
    """Raises RefusedError unless the program is allowed by the very word that it is called by."""
    if not words or not words[0]:
        raise RefusedError(fields.INVALID, "command is empty")
    if words[0] not in allowed.allow and "*" not in allowed.allow:
        name = words[0][:200]
        way_out = "add it to commands.allow in the agent's file"
        raise RefusedError("ERR_COMMAND_NOT_ALLOWED", f"{name!r} is not allowed on this device: {way_out}")


def _words(document: Mapping[str, Any], allowed: Commands) -> list[str]:
    words = fields.texts(document, "command")
    check_allowed(words, allowed)
    return words


def _shell(line: str, allowed: Commands) -> list[str]:
    if not allowed.shell:
        reason = "A shell line is not allowed on this device: give command as a list of words"
        raise RefusedError("ERR_COMMAND_NOT_ALLOWED", reason)
    return ["/bin/sh", "-c", line]
