"""Scripts that steps may run: files in the one folder that the configuration names."""

import os
import pwd
import stat
from pathlib import Path

from shiftwork_agent.errors import RefusedError
from shiftwork_agent.handlers.step import Step
from shiftwork_agent.settings.config import Steps

_CODE = "ERR_HANDLER_NOT_ALLOWED"


def find(step: Step, allowed: Steps) -> Path | None:
    """The step's script, None if there is none of this name. Raises RefusedError if the device must not run it."""
    folder = allowed.handlers.resolve()
    if step.path != "default" and Path(step.path).resolve() != folder:
        raise RefusedError(_CODE, f"path is {step.path!r}: handlers of this device are in {folder}, or say default")
    script = folder / (step.handler or "")
    if not script.is_file():
        return None
    if script.resolve().parent != folder:
        raise RefusedError(_CODE, f"{script} is a link that leads out of the folder of handlers")
    if _others_write(folder):
        raise RefusedError(_CODE, f"{folder} must be writable by its owner only: chmod 700 {folder}")
    if _others_write(script) or not os.access(script, os.X_OK):
        raise RefusedError(_CODE, f"{script} must be executable, and writable by its owner only: chmod 700 {script}")
    return script


def check_user(step: Step, allowed: Steps) -> str | None:
    """The user to run a command as; None: the agent's own."""
    if step.user in ("", _own_name()):
        return None
    if step.user not in allowed.users:
        reason = f"runAsUser is {step.user!r}: add the user to steps.users in the agent's file"
        raise RefusedError("ERR_USER_NOT_ALLOWED", reason)
    return step.user


def _others_write(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def _own_name() -> str:
    """By the process, not by its environment, which may be another user's."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # as in a container
        return str(os.geteuid())
