"""Documents with `steps`, as AWS's device client and AWS's managed templates have them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from shiftwork_agent.errors import JobError
from shiftwork_agent.handlers import own, scripts
from shiftwork_agent.handlers.command import check_allowed
from shiftwork_agent.handlers.step import Step, flag, read
from shiftwork_agent.jobs.execution import Outcome
from shiftwork_agent.running.child import run_counted
from shiftwork_agent.running.job import Job

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
    user = scripts.check_user(step, job.config.steps)
    if step.handler is None:
        check_allowed(step.words, job.config.commands)
        return partial(_program, step, list(step.words), show_out, user)
    script = scripts.find(step, job.config.steps)
    if script is None:
        return partial(own.find(step, job), step, job)
    return partial(_program, step, [str(script), step.user, *step.words], show_out, None)


def _program(step: Step, words: list[str], show_out: bool, user: str | None) -> None:
    done = run_counted(words, show_out=show_out, user=user)
    if done.code:
        raise JobError("ERR_COMMAND_FAILED", f"Step {step.name!r} ended with exit code {done.code}")
    if step.complaints is not None and done.complaints > step.complaints:
        reason = f"Step {step.name!r} wrote {done.complaints} lines to standard error, of {step.complaints} allowed"
        raise JobError("ERR_COMMAND_FAILED", reason)
