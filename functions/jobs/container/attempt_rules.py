"""What a job cannot say of its attempts: how often, for how long, and in how many tasks."""

import json
from collections.abc import Iterator

from functions.jobs.container.run_spec import RetrySpec, RunSpec
from functions.jobs.errors import Problem

# They travel in each execution's input, together with the run's values.
MAX_RULES_SIZE = 4096


def attempt_problems(run: RunSpec) -> Iterator[Problem]:
    """Numbers that contradict each other, and those that would mean nothing."""
    if "retry" in run:
        yield from _retry_problems(run["retry"])
    if run.get("attemptTimeoutSeconds", 0) > run.get("timeoutSeconds", run.get("attemptTimeoutSeconds", 0)):
        words = f"is more than timeoutSeconds ({run['timeoutSeconds']}), which ends the run before: leave one of them"
        yield Problem("/run/attemptTimeoutSeconds", f"{words} out, or make this the shorter one.")
    count = run.get("taskCount", 1)
    for name in ("parallelism", "toleratedFailures"):
        if name in run and count == 1:
            yield Problem(f"/run/{name}", "is for runs of several tasks: give taskCount of 2 or more, or leave it out.")
    if 1 < count <= run.get("toleratedFailures", 0):
        yield Problem("/run/toleratedFailures", f"must be less than taskCount ({count}): otherwise no run could fail.")


def _retry_problems(retry: RetrySpec) -> Iterator[Problem]:
    if retry["waitSeconds"] > retry["maxWaitSeconds"]:
        words = f"is more than maxWaitSeconds ({retry['maxWaitSeconds']}): make that longer, or this shorter."
        yield Problem("/run/retry/waitSeconds", words)
    for place, rule in enumerate(retry["rules"]):
        if not rule.keys() & {"exitCodes", "reasons", "message"}:
            yield Problem(f"/run/retry/rules({place})", "has no condition: give exitCodes, reasons or message.")
    if (size := len(json.dumps(retry["rules"]))) > MAX_RULES_SIZE:
        words = f"take {size} of at most {MAX_RULES_SIZE} characters: shorten messages, or name fewer exit codes."
        yield Problem("/run/retry/rules", words)
