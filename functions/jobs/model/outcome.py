"""How a run ended, read from how its execution ended: state_machines/README.md says what the errors are."""

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


STOPPED = "Shiftwork.Stopped"  # the error under which a user's stop aborts the execution
# state_machines/run_container.asl.json, run_tasks.asl.json, and run_fleet.asl.json
TOO_MANY_RESTARTS = "Shiftwork.TooManyRestarts"
DEADLINE = "Shiftwork.Deadline"
TASKS_FAILED = "Shiftwork.TasksFailed"

# What ends an execution without a task to tell of: its cause says it in a sentence.
_SAID = {"States.Timeout": Reason.TIMEOUT, DEADLINE: Reason.DEADLINE, STOPPED: Reason.STOPPED, **REASONS}
_NAMED = 10  # failed tasks that a message names


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """The end of an execution. `status` is Step Functions' word; `output` and `cause` are its texts; `at` is when."""

    status: str
    output: str | None = None
    error: str | None = None
    cause: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What an ending means for the run; `attempt` is the last one, if the ending tells of it."""

    status: RunStatus
    reason: Reason | None = None
    message: str | None = None
    exit_code: int | None = None
    attempt: Attempt | None = None
    failed_tasks: frozenset[int] = frozenset()
    succeeded_tasks: int | None = None


def missed(scheduled_at: datetime) -> Outcome:
    """What becomes of a run that could not start within its schedule's deadline."""
    words = f"It was due at {scheduled_at.isoformat()} and could not start within startingDeadlineSeconds."
    return Outcome(status=RunStatus.FAILED, reason=Reason.MISSED, message=words)


def outcome_of(ending: Ending) -> Outcome:
    """What this ending means for the run: a failure always has a reason and, where AWS gave one, its text."""
    return _success(_json(ending.output)) if ending.status == "SUCCEEDED" else _failed(ending)


def _failed(ending: Ending) -> Outcome:
    if ending.status == "TIMED_OUT":
        return Outcome(status=RunStatus.FAILED, reason=Reason.TIMEOUT, message=ending.cause)
    if ending.status == "ABORTED":
        reason = Reason.STOPPED if ending.error == STOPPED else Reason.ABORTED
        return Outcome(status=RunStatus.FAILED, reason=reason, message=ending.cause)
    told = _json(ending.cause)
    return _tasks_failure(told) if ending.error == TASKS_FAILED and "count" in told else _failure(ending)


def _success(told: dict[str, Any]) -> Outcome:
    if "devices" in told:
        return Outcome(status=RunStatus.SUCCESS, message=told["message"])
    if "count" in told:
        failed = frozenset(told["failed"])
        return Outcome(status=RunStatus.SUCCESS, failed_tasks=failed, succeeded_tasks=told["count"] - len(failed))
    report = read_task(told)
    attempt = report.attempt if report else None
    return Outcome(status=RunStatus.SUCCESS, exit_code=attempt.exit_code if attempt else None, attempt=attempt)


def _failure(ending: Ending) -> Outcome:
    report = read_task(_json(ending.cause))
    if report is None:
        return _without_task(ending)
    attempt = report.attempt
    reason = stop_reason(report.stop_code, attempt.exit_code, attempt.message)
    return Outcome(
        status=RunStatus.FAILED,
        reason=reason,
        message=_message(ending, attempt),
        exit_code=None if reason is Reason.START_FAILED else attempt.exit_code,
        attempt=attempt,
    )


def _without_task(ending: Ending) -> Outcome:
    reason = _SAID.get(ending.error or "")
    if reason and ending.cause:
        return Outcome(status=RunStatus.FAILED, reason=reason, message=ending.cause)
    # Else nothing came to be: RunTask itself was refused, or placed nothing (AmazonECS.Unknown), or the function of a
    # rollout failed, whose cause is JSON (Lambda Developer Guide, "Lambda function errors in Python").
    cause = _json(ending.cause).get("errorMessage", ending.cause)
    words = ": ".join(filter(None, (ending.error, cause))) or None
    return Outcome(status=RunStatus.FAILED, reason=reason or Reason.START_FAILED, message=words)


def _tasks_failure(told: dict[str, Any]) -> Outcome:
    """Of several tasks too many failed. The cause lists those that failed or those that did not: the shorter list."""
    count, last = told["count"], told.get("last", {})
    failed = told["failed"] if "failed" in told else sorted(set(range(count)).difference(told["succeeded"]))
    said = _tasks_message(count, told.get("tolerated", 0), failed)
    ended = _failed(Ending(status=last.get("status", "FAILED"), error=last.get("error"), cause=last.get("cause")))
    return Outcome(
        status=RunStatus.FAILED,
        reason=ended.reason,
        message=f"{said} The last one: {ended.message or ended.reason}",
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
    return f"Restarted until attempt {attempt.number}: one run may have no more. The last one: {attempt.message}"


def _json(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
