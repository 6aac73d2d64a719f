"""How a run ended, read from how its execution ended."""

import json
from dataclasses import dataclass
from typing import Any

from functions.jobs.run import Attempt, Reason, RunStatus
from functions.jobs.task import read_task

STOPPED = "Shiftwork.Stopped"  # the error under which a user's stop aborts the execution

# ECS API Reference, Task: stopCode
_REASONS = {
    "EssentialContainerExited": Reason.EXIT_CODE,
    "TaskFailedToStart": Reason.START_FAILED,
    "SpotInterruption": Reason.SPOT_INTERRUPTED,
    "TerminationNotice": Reason.SPOT_INTERRUPTED,
    "UserInitiated": Reason.STOPPED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """The end of an execution. `status` is Step Functions' word; `output` and `cause` are its texts."""

    status: str
    output: str | None = None
    error: str | None = None
    cause: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What an ending means for the run; `attempt` is the last one, if the ending tells of it."""

    status: RunStatus
    reason: Reason | None = None
    message: str | None = None
    exit_code: int | None = None
    attempt: Attempt | None = None


def outcome_of(ending: Ending) -> Outcome:
    """What this ending means for the run: a failure always has a reason and, where AWS gave one, its text."""
    if ending.status == "SUCCEEDED":
        attempt = _attempt(ending.output)
        return Outcome(status=RunStatus.SUCCESS, exit_code=attempt.exit_code if attempt else None, attempt=attempt)
    if ending.status == "TIMED_OUT":
        return Outcome(status=RunStatus.FAILED, reason=Reason.TIMEOUT, message=ending.cause)
    if ending.status == "ABORTED":
        reason = Reason.STOPPED if ending.error == STOPPED else Reason.ABORTED
        return Outcome(status=RunStatus.FAILED, reason=reason, message=ending.cause)
    return _failure(ending)


def _failure(ending: Ending) -> Outcome:
    report = read_task(_json(ending.cause))
    if report is None:
        # No task came to be: RunTask itself was refused, or placed nothing (AmazonECS.Unknown).
        return Outcome(
            status=RunStatus.FAILED,
            reason=Reason.TIMEOUT if ending.error == "States.Timeout" else Reason.START_FAILED,
            message=": ".join(filter(None, (ending.error, ending.cause))) or None,
        )
    attempt = report.attempt
    reason = _REASONS.get(report.stop_code or "", Reason.ABORTED)
    if reason is Reason.EXIT_CODE and attempt.exit_code is None:
        # A container can stop before it ran ("CannotStartContainerError"): there is no exit code to blame.
        reason = Reason.START_FAILED
    return Outcome(
        status=RunStatus.FAILED, reason=reason, message=attempt.message, exit_code=attempt.exit_code, attempt=attempt
    )


def _attempt(output: str | None) -> Attempt | None:
    report = read_task(_json(output))
    return report.attempt if report else None


def _json(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
