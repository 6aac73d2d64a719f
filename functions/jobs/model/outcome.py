"""The outcome of a run, read from the end of its execution. state_machines/README.md lists the errors."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.jobs.model.ecs_task import read_task, stop_reason
from functions.jobs.model.run import Attempt, Reason, RunStatus

DEVICES_FAILED = "Shiftwork.DevicesFailed"
NO_DEVICES = "Shiftwork.NoDevices"
FLEET_ABORTED = "Shiftwork.Aborted"
NOT_ROLLED_OUT = "Shiftwork.NotRolledOut"

REASONS = {
    DEVICES_FAILED: Reason.DEVICES_FAILED,
    NO_DEVICES: Reason.NO_DEVICES,
    FLEET_ABORTED: Reason.ABORTED,
    NOT_ROLLED_OUT: Reason.START_FAILED,
}


STOPPED = "Shiftwork.Stopped"  # the error with which a user's stop aborts the execution
# state_machines/run_container.asl.json, run_tasks.asl.json, and run_fleet.asl.json
TOO_MANY_RESTARTS = "Shiftwork.TooManyRestarts"
DEADLINE = "Shiftwork.Deadline"
TASKS_FAILED = "Shiftwork.TasksFailed"

# The errors that end an execution without a task to describe; the cause is then a sentence for the user.
_WITHOUT_TASK = {
    "States.Timeout": Reason.TIMEOUT,
    DEADLINE: Reason.DEADLINE,
    STOPPED: Reason.STOPPED,
    **REASONS,
}
_NAMED = 10  # how many failed tasks a message names


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """The end of an execution: `status`, `output`, `error` and `cause` as Step Functions gives them."""

    status: str
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How a run ended. `attempt` is the last one, if the execution's end describes it."""

    status: RunStatus
    reason: Reason | None = None
    message: str | None = None
    exit_code: int | None = None
    attempt: Attempt | None = None
    failed_tasks: frozenset[int] = frozenset()
    succeeded_tasks: int | None = None


def missed(scheduled_at: datetime) -> Outcome:
    """Return the outcome of a run that could not start before its schedule's starting deadline."""
    message = f"The run was due at {scheduled_at.isoformat()} and could not start within startingDeadlineSeconds."
    return Outcome(status=RunStatus.FAILED, reason=Reason.MISSED, message=message)


def outcome_of(ending: Ending) -> Outcome:
    """Return the outcome of an ended execution. A failure always has a reason, and a message if AWS gave one."""
    return _success(_json(ending.output)) if ending.status == "SUCCEEDED" else _failed(ending)


def _failed(ending: Ending) -> Outcome:
    if ending.status == "TIMED_OUT":
        return Outcome(status=RunStatus.FAILED, reason=Reason.TIMEOUT, message=ending.cause)
    if ending.status == "ABORTED":
        reason = Reason.STOPPED if ending.error == STOPPED else Reason.ABORTED
        return Outcome(status=RunStatus.FAILED, reason=reason, message=ending.cause)
    cause = _json(ending.cause)
    return _tasks_failure(cause) if ending.error == TASKS_FAILED and "count" in cause else _failure(ending)


def _success(output: dict[str, Any]) -> Outcome:
    if "devices" in output:
        return Outcome(status=RunStatus.SUCCESS, message=output["message"])
    if "count" in output:
        failed = frozenset(output["failed"])
        return Outcome(status=RunStatus.SUCCESS, failed_tasks=failed, succeeded_tasks=output["count"] - len(failed))
    report = read_task(output)
    attempt = report.attempt if report else None
    return Outcome(status=RunStatus.SUCCESS, exit_code=attempt.exit_code if attempt else None, attempt=attempt)


def _failure(ending: Ending) -> Outcome:
    report = read_task(_json(ending.cause))
    if report is None:
        return _no_task(ending)
    attempt = report.attempt
    reason = stop_reason(report.stop_code, attempt.exit_code, attempt.message)
    return Outcome(
        status=RunStatus.FAILED,
        reason=reason,
        message=_message(ending, attempt),
        exit_code=None if reason is Reason.START_FAILED else attempt.exit_code,
        attempt=attempt,
    )


def _no_task(ending: Ending) -> Outcome:
    reason = _WITHOUT_TASK.get(ending.error or "")
    if reason and ending.cause:
        return Outcome(status=RunStatus.FAILED, reason=reason, message=ending.cause)
    # No task started: RunTask was refused or placed nothing (AmazonECS.Unknown), or the function of a rollout failed,
    # whose cause is JSON (Lambda Developer Guide, "Lambda function errors in Python").
    cause = _json(ending.cause).get("errorMessage", ending.cause)
    message = ": ".join(filter(None, (ending.error, cause))) or None
    return Outcome(status=RunStatus.FAILED, reason=reason or Reason.START_FAILED, message=message)


def _tasks_failure(cause: dict[str, Any]) -> Outcome:
    """Read the end of a run in which too many tasks failed.

    The cause lists the indexes that failed or those that succeeded, whichever list is shorter.
    """
    count, last = cause["count"], cause.get("last", {})
    failed = cause["failed"] if "failed" in cause else sorted(set(range(count)).difference(cause["succeeded"]))
    summary = _tasks_message(count, cause.get("tolerated", 0), failed)
    ended = _failed(Ending(status=last.get("status", "FAILED"), error=last.get("error"), cause=last.get("cause")))
    return Outcome(
        status=RunStatus.FAILED,
        reason=ended.reason,
        message=f"{summary} The last one: {ended.message or ended.reason}",
        exit_code=ended.exit_code,
        failed_tasks=frozenset(failed),
        succeeded_tasks=count - len(failed),
    )


def _tasks_message(count: int, tolerated: int, failed: Collection[int]) -> str:
    indexes = ", ".join(map(str, list(failed)[:_NAMED])) + (" ..." if len(failed) > _NAMED else ".")
    verb = "was" if tolerated == 1 else "were"
    return f"{len(failed)} of {count} tasks failed, {tolerated} {verb} tolerated: indexes {indexes}"


def _message(ending: Ending, attempt: Attempt) -> str | None:
    if ending.error != TOO_MANY_RESTARTS:
        return attempt.message
    return f"Attempt {attempt.number} was the last that one run can have. Its message: {attempt.message}"


def _json(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
