"""How a run ended, read from how its execution ended."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.jobs.run import Attempt, Reason, RunStatus
from functions.jobs.task import read_task

STOPPED = "Shiftwork.Stopped"  # the error under which a user's stop aborts the execution
TOO_MANY_RESTARTS = "Shiftwork.TooManyRestarts"  # state_machines/run_container.asl.json

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


def missed(scheduled_at: datetime) -> Outcome:
    """What becomes of a run that could not start within its schedule's deadline."""
    words = f"It was due at {scheduled_at.isoformat()} and could not start within startingDeadlineSeconds."
    return Outcome(status=RunStatus.FAILED, reason=Reason.MISSED, message=words)


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
    reason = _reason(report.stop_code, attempt)
    return Outcome(
        status=RunStatus.FAILED,
        reason=reason,
        message=_message(ending, attempt),
        exit_code=None if reason is Reason.START_FAILED else attempt.exit_code,
        attempt=attempt,
    )


def _reason(stop_code: str | None, attempt: Attempt) -> Reason:
    reason = _REASONS.get(stop_code or "", Reason.ABORTED)
    # A container can stop before it ran. Where one that it depends on has failed, ECS gives it the exit code 143 all
    # the same (amazon-ecs-agent, pull request 3218): its own reason tells.
    never_ran = attempt.exit_code is None or (attempt.message or "").startswith("CannotStartContainerError")
    return Reason.START_FAILED if reason is Reason.EXIT_CODE and never_ran else reason


def _message(ending: Ending, attempt: Attempt) -> str | None:
    if ending.error != TOO_MANY_RESTARTS:
        return attempt.message
    return f"Restarted until attempt {attempt.number}: one run may have no more. The last one: {attempt.message}"


def _attempt(output: str | None) -> Attempt | None:
    report = read_task(_json(output))
    return report.attempt if report else None


def _json(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
