"""Documents with `steps`, as AWS's device client and AWS's managed templates have them."""

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
from shiftwork_agent.handlers.step import Step, flag, read
from shiftwork_agent.jobs.execution import Outcome
from shiftwork_agent.running.child import run_counted
from shiftwork_agent.running.job import Job
from shiftwork_agent.settings.config import Steps

Action = Callable[[], Outcome | None]


def run_steps(document: Mapping[str, Any], job: Job) -> Outcome | None:
    """Run the steps in turn; after a restart that one of them asked for, those behind it."""
    steps = read(document)
    actions = [_action(step, job, show_out=flag(document.get("includeStdOut"))) for step in steps]
    if job.wanted_reboot and not job.rebooted:
        raise JobError("ERR_SYSTEM_CALL_FAILED", "The machine was not restarted: its boot id is the same")
    if job.rebooted and "next" not in job.saved:
        raise JobError("ERR_INTERRUPTED", "The state folder did not outlive the restart: which steps ran is not known")
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
    """What to do for the step; all steps are looked up, and may be refused, before the first one runs."""
    user = check_user(step, job.config.steps)
    if step.handler is None:
        check_allowed(step.words, job.config.commands)
        return partial(_program, step, list(step.words), show_out, user)
    script = find_script(step, job.config.steps)
    if script is None:
        return partial(find_own(step, job), step, job)
    return partial(_program, step, [str(script), step.user, *step.words], show_out, None)


def _program(step: Step, words: list[str], show_out: bool, user: str | None) -> None:
    done = run_counted(words, show_out=show_out, user=user)
    if done.code:
        raise JobError("ERR_COMMAND_FAILED", f"Step {step.name!r} ended with exit code {done.code}")
    if step.complaints is not None and done.complaints > step.complaints:
        reason = f"Step {step.name!r} wrote {done.complaints} lines to standard error, of {step.complaints} allowed"
        raise JobError("ERR_COMMAND_FAILED", reason)


_CODE = "ERR_HANDLER_NOT_ALLOWED"


def find_script(step: Step, allowed: Steps) -> Path | None:
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


Own = Callable[[Step, Job], Outcome | None]


def _reboot(_: Step, job: Job) -> Outcome:
    return job.reboot(step="initiated")


def _shutdown(_: Step, job: Job) -> Outcome:
    return job.shutdown(step="initiated")


def _download(step: Step, job: Job) -> None:
    if len(step.words) != 2:
        raise RefusedError(fields.INVALID, "download-file.sh has two arguments: a URL and a path")
    download_file({"url": step.words[0], "filePath": step.words[1]}, job)


def _control(verb: str) -> Own:
    def control(step: Step, job: Job) -> None:
        services.control(verb, list(step.words), job)

    return control


_OWN: dict[str, tuple[str, Own]] = {
    "reboot.sh": ("reboot", _reboot),
    "shutdown.sh": ("shutdown", _shutdown),
    "download-file.sh": ("download-file", _download),
    "start-services.sh": ("start", _control("start")),
    "stop-services.sh": ("stop", _control("stop")),
    "restart-services.sh": ("restart", _control("restart")),
}


def find_own(step: Step, job: Job) -> Own:
    """The agent's own way. Raises RefusedError if it has none, or none that the device allows."""
    operation, own = _OWN.get(step.handler or "", (None, None))
    if own and operation in job.config.operations:
        return own
    folder = job.config.steps.handlers
    reason = f"There is no handler {step.handler!r} in {folder}"
    if operation:
        reason += f", and operation {operation!r} is not allowed: add it to operations in the agent's file"
    raise RefusedError("ERR_HANDLER_NOT_FOUND", reason)
