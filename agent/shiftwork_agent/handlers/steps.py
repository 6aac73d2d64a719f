"""steps: runs the steps of a document in the form of AWS's device client and AWS's managed templates."""

import os
import pwd
import stat
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.handlers import fields, services
from shiftwork_agent.handlers.command import check_allowed
from shiftwork_agent.handlers.download import download_file
from shiftwork_agent.handlers.machine import check_restarted
from shiftwork_agent.handlers.step import Step, flag, read_steps
from shiftwork_agent.jobs.execution import Outcome
from shiftwork_agent.running.child import run_counted
from shiftwork_agent.running.job import Job
from shiftwork_agent.settings.config import Steps

Action = Callable[[], Outcome | None]
BuiltIn = Callable[[Step, Job], Outcome | None]

_NOT_ALLOWED = "ERR_HANDLER_NOT_ALLOWED"


def run_steps(document: Mapping[str, Any], job: Job) -> Outcome | None:
    """Run the steps in turn. After a restart of the machine that a step asked for, continue with the next step."""
    steps = read_steps(document)
    actions = [_action(step, job, show_out=flag(document.get("includeStdOut"))) for step in steps]
    check_restarted(job)
    if job.rebooted and "next" not in job.saved:
        reason = "The state folder did not survive the restart, so it is not known which steps have run"
        raise JobError("ERR_INTERRUPTED", reason)
    begin = int(job.saved.get("next", 0))
    for number in range(begin, len(steps)):
        job.report(step=steps[number].name, progress=number * 100 // len(steps))
        job.save(next=number + 1)
        outcome = _run(steps[number], actions[number])
        if outcome:
            return outcome
    job.report(progress="100")
    return None


def _run(step: Step, action: Action) -> Outcome | None:
    try:
        return action()
    except JobError:
        if not step.ignore_failure:
            raise
    return None


def _action(step: Step, job: Job, *, show_out: bool) -> Action:
    """Return what to do for the step. Raises RefusedError, so that no step runs if the device refuses one of them."""
    user = _other_user(step, job.config.steps)
    if step.handler is None:
        check_allowed(step.words, job.config.commands)
        return partial(_program, step, list(step.words), show_out, user)
    script = _script(step, job.config.steps)
    if script is None:
        return partial(_built_in(step, job), step, job)
    return partial(_program, step, [str(script), step.user, *step.words], show_out, None)


def _program(step: Step, words: list[str], show_out: bool, user: str | None) -> None:
    ended = run_counted(words, show_out=show_out, user=user)
    if ended.code:
        raise JobError("ERR_COMMAND_FAILED", f"Step {step.name!r} ended with exit code {ended.code}")
    if step.stderr_limit is not None and ended.stderr_lines > step.stderr_limit:
        wrote = f"Step {step.name!r} wrote {ended.stderr_lines} lines to standard error"
        raise JobError("ERR_COMMAND_FAILED", f"{wrote}, but allowStdErr is {step.stderr_limit}")


def _script(step: Step, allowed: Steps) -> Path | None:
    """Return the step's script in the device's folder of scripts. None: the folder has no such file.

    Raises RefusedError if the device must not run the script, for example because other users may change it.
    """
    folder = allowed.handlers.resolve()
    if step.path != "default" and Path(step.path).resolve() != folder:
        reason = f'path: {step.path!r} is not allowed. Use "default" or {folder}, the device\'s folder of handlers'
        raise RefusedError(_NOT_ALLOWED, reason)
    script = folder / (step.handler or "")
    if not script.is_file():
        return None
    if script.resolve().parent != folder:
        raise RefusedError(_NOT_ALLOWED, f"{script} is a link that leads out of the folder of handlers")
    if _others_write(folder):
        raise RefusedError(_NOT_ALLOWED, f"Only the owner may write to {folder}. Run chmod 700 {folder}")
    if _others_write(script) or not os.access(script, os.X_OK):
        reason = f"{script} must be executable, and only its owner may write to it. Run chmod 700 {script}"
        raise RefusedError(_NOT_ALLOWED, reason)
    return script


def _others_write(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH))


def _other_user(step: Step, allowed: Steps) -> str | None:
    """Return the user to run a command as. None: the agent's own user."""
    if step.user in ("", _own_user()):
        return None
    if step.user not in allowed.users:
        reason = f"runAsUser: {step.user!r} is not allowed. Add the user to steps.users in the agent's file"
        raise RefusedError("ERR_USER_NOT_ALLOWED", reason)
    return step.user


def _own_user() -> str:
    """Return the user of the process. The environment is no proof: it may be another user's."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # for example in a container
        return str(os.geteuid())


def _reboot(_: Step, job: Job) -> Outcome:
    return job.reboot(step="initiated")


def _shutdown(_: Step, job: Job) -> Outcome:
    return job.shutdown(step="initiated")


def _download(step: Step, job: Job) -> None:
    if len(step.words) != 2:
        raise RefusedError(fields.INVALID, "args: download-file.sh needs two arguments, a URL and a path")
    download_file({"url": step.words[0], "filePath": step.words[1]}, job)


def _control(verb: str) -> BuiltIn:
    def control(step: Step, job: Job) -> None:
        services.control(verb, list(step.words), job)

    return control


# AWS's managed templates (AWS-Reboot, AWS-Download-File, AWS-Start-Application ...) name scripts that come with AWS's
# device client. A device without these scripts does the same by the operation beside them.
_BUILT_IN: dict[str, tuple[str, BuiltIn]] = {
    "reboot.sh": ("reboot", _reboot),
    "shutdown.sh": ("shutdown", _shutdown),
    "download-file.sh": ("download-file", _download),
    "start-services.sh": ("start", _control("start")),
    "stop-services.sh": ("stop", _control("stop")),
    "restart-services.sh": ("restart", _control("restart")),
}


def _built_in(step: Step, job: Job) -> BuiltIn:
    """Return what the agent does instead of the script. Raises RefusedError if it has nothing that is allowed."""
    operation, built_in = _BUILT_IN.get(step.handler or "", (None, None))
    if built_in and operation in job.config.operations:
        return built_in
    reason = f"There is no handler {step.handler!r} in {job.config.steps.handlers}"
    if operation:
        reason += f", and operation {operation!r} is not allowed. Add it to operations in the agent's file"
    raise RefusedError("ERR_HANDLER_NOT_FOUND", reason)
