"""Reading what ECS says of a task, from an event (camelCase, ISO times) or a Cause (PascalCase, epoch milliseconds).

Sources: ECS Developer Guide, "Amazon ECS task state change events" and "Stopped tasks error codes";
Step Functions Developer Guide, "Run Amazon ECS or Fargate tasks".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from functions.jobs.run import Attempt, TaskStatus

MAIN = "main"  # the name of a task's essential container


@dataclass(frozen=True, slots=True)
class TaskReport:
    """Whose task it is, and how its attempt stands."""

    job_id: str
    run_id: str
    attempt: Attempt
    stop_code: str | None


def read_task(described: Mapping[str, Any]) -> TaskReport | None:
    """The report in ECS's description of a task; None if the task is not one of ours."""
    task = _camel(described)
    main: Mapping[str, Any] = next((c for c in task.get("containers", []) if c.get("name") == MAIN), {})
    overrides = task.get("overrides", {}).get("containerOverrides", [])
    ours = {
        pair["name"]: pair["value"]
        for override in overrides
        if override.get("name") == MAIN
        for pair in override.get("environment", [])
    }
    if not {"SHIFTWORK_JOB_ID", "SHIFTWORK_RUN_ID", "SHIFTWORK_ATTEMPT"} <= ours.keys():
        return None
    attempt = Attempt(
        number=int(ours["SHIFTWORK_ATTEMPT"]),
        version=int(task.get("version", 0)),
        task_arn=task["taskArn"],
        status=_status(task, main.get("exitCode")),
        started_at=_moment(task.get("startedAt")),
        stopped_at=_moment(task.get("stoppedAt")),
        exit_code=main.get("exitCode"),
        message=main.get("reason") or task.get("stoppedReason") or None,
    )
    return TaskReport(ours["SHIFTWORK_JOB_ID"], ours["SHIFTWORK_RUN_ID"], attempt, task.get("stopCode"))


def _status(task: Mapping[str, Any], exit_code: int | None) -> TaskStatus:
    if task["lastStatus"] in ("PROVISIONING", "PENDING", "ACTIVATING"):
        return TaskStatus.STARTING
    if task["lastStatus"] != "STOPPED":
        return TaskStatus.RUNNING
    if task.get("stopCode") == "UserInitiated":
        return TaskStatus.KILLED
    return TaskStatus.FINISHED if exit_code == 0 else TaskStatus.FAILED


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
