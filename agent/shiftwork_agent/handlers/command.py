"""run-command: a program with arguments, or a shell line if the device allows shell lines."""

from collections.abc import Mapping, Sequence
from typing import Any

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.handlers import fields
from shiftwork_agent.running.child import run
from shiftwork_agent.running.job import Job
from shiftwork_agent.settings.config import Commands


def run_command(document: Mapping[str, Any], job: Job) -> dict[str, object]:
    """Run `command`: a list of words, or a string that is a shell line. Its output is the job's output."""
    allowed = job.config.commands
    command = document.get("command")
    words = _shell(command, allowed) if isinstance(command, str) else _words(document, allowed)
    code = run(words)
    if code:
        raise JobError("ERR_COMMAND_FAILED", f"{words[0]} ended with exit code {code}")
    return {"exitCode": code}


def check_allowed(words: Sequence[str], allowed: Commands) -> None:
    """Raise RefusedError unless the configuration allows the program, spelled as the document spells it."""
    if not words or not words[0]:
        raise RefusedError(fields.INVALID, "command: at least one word is required")
    if words[0] not in allowed.allow and "*" not in allowed.allow:
        reason = f"command: this device does not allow {words[0][:200]!r}. Add it to commands.allow in the agent's file"
        raise RefusedError("ERR_COMMAND_NOT_ALLOWED", reason)


def _words(document: Mapping[str, Any], allowed: Commands) -> list[str]:
    words = fields.texts(document, "command")
    check_allowed(words, allowed)
    return words


def _shell(line: str, allowed: Commands) -> list[str]:
    if not allowed.shell:
        reason = "command: this device does not allow shell lines. Write the command as a list of words"
        raise RefusedError("ERR_COMMAND_NOT_ALLOWED", reason)
    return ["/bin/sh", "-c", line]
