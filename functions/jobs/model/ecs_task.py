"""Read ECS's description of a task, from an event (camelCase, ISO times) or a Cause (PascalCase, epoch milliseconds).

Sources: ECS Developer Guide, "Amazon ECS task state change events" and "Stopped tasks error codes";
Step Functions Developer Guide, "Run Amazon ECS or Fargate tasks".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from functions.jobs.model.run import Attempt, Reason, TaskStatus

# ECS API Reference, Task: stopCode
_REASONS = {
    "EssentialContainerExited": Reason.EXIT_CODE,
    "TaskFailedToStart": Reason.START_FAILED,
    "SpotInterruption": Reason.SPOT_INTERRUPTED,
    "TerminationNotice": Reason.SPOT_INTERRUPTED,
    "UserInitiated": Reason.STOPPED,
}


def stop_reason(stop_code: str | None, exit_code: int | None, message: str | None) -> Reason:
    """Return why a task stopped, from its stop code and from the exit code and message of its main container."""
    reason = _REASONS.get(stop_code or "", Reason.ABORTED)
    # A container can stop before it ran. If a container that it depends on failed, ECS still gives it the exit code 143
    # (amazon-ecs-agent, pull request 3218), so the container's own message decides.
    never_ran = exit_code is None or (message or "").startswith("CannotStartContainerError")
    return Reason.START_FAILED if reason is Reason.EXIT_CODE and never_ran else reason


MAIN = "main"  # the name of a task's essential container


@dataclass(frozen=True, slots=True)
class TaskReport:
    """The state of one attempt, and the run that it belongs to. `index` is the task's place among the run's `count`."""

    job_id: str
    run_id: str
    attempt: Attempt
    stop_code: str | None
    index: int = 0
    count: int = 1


def read_task(described: Mapping[str, Any]) -> TaskReport | None:
    """Return the report in ECS's description of a task; None if Shiftwork did not start the task."""
    task = _camel(described)
    main: Mapping[str, Any] = next((c for c in task.get("containers", []) if c.get("name") == MAIN), {})
    overrides = task.get("overrides", {}).get("containerOverrides", [])
    variables = {
        pair["name"]: pair["value"]
        for override in overrides
        if override.get("name") == MAIN
        for pair in override.get("environment", [])
    }
    if not {"SHIFTWORK_JOB_ID", "SHIFTWORK_RUN_ID", "SHIFTWORK_ATTEMPT"} <= variables.keys():
        return None
    return TaskReport(
        job_id=variables["SHIFTWORK_JOB_ID"],
        run_id=variables["SHIFTWORK_RUN_ID"],
        attempt=_attempt(task, int(variables["SHIFTWORK_ATTEMPT"]), main),
        stop_code=task.get("stopCode"),
        index=int(variables.get("SHIFTWORK_TASK_INDEX", 0)),
        count=int(variables.get("SHIFTWORK_TASK_COUNT", 1)),
    )


def _attempt(task: Mapping[str, Any], number: int, main: Mapping[str, Any]) -> Attempt:
    exit_code = main.get("exitCode")
    message = main.get("reason") or task.get("stoppedReason") or None
    status = _status(task, exit_code)
    reason = _reason(task, status, exit_code, message)
    return Attempt(
        number=number,
        version=int(task.get("version", 0)),
        task_arn=task["taskArn"],
        status=status,
        cpu=_size(task.get("overrides", {}).get("cpu") or task.get("cpu")),
        memory=_size(task.get("overrides", {}).get("memory") or task.get("memory")),
        started_at=_moment(task.get("startedAt")),
        stopped_at=_moment(task.get("stoppedAt")),
        exit_code=None if reason is Reason.START_FAILED else exit_code,
        reason=reason,
        message=message,
    )


def _status(task: Mapping[str, Any], exit_code: int | None) -> TaskStatus:
    if task["lastStatus"] in ("PROVISIONING", "PENDING", "ACTIVATING"):
        return TaskStatus.STARTING
    if task["lastStatus"] != "STOPPED":
        return TaskStatus.RUNNING
    if task.get("stopCode") == "UserInitiated":
        return TaskStatus.KILLED
    return TaskStatus.FINISHED if exit_code == 0 else TaskStatus.FAILED


def _reason(task: Mapping[str, Any], status: TaskStatus, exit_code: int | None, message: str | None) -> Reason | None:
    failed = status in (TaskStatus.FAILED, TaskStatus.KILLED)
    return stop_reason(task.get("stopCode"), exit_code, message) if failed else None


def _size(text: str | None) -> int | None:
    """Read CPU units or MiB, which ECS gives as text."""
    return int(text) if text else None


def _moment(value: str | float | None) -> datetime | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    return datetime.fromtimestamp(value / 1000, UTC)


def _camel(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key[:1].lower() + key[1:]: _camel(item) for key, item in value.items()}
    return [_camel(item) for item in value] if isinstance(value, list) else value
