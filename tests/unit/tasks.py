"""Tasks as ECS describes them, in an event and in the Cause of a failed state."""

from typing import Any

TASK_ARN = "arn:aws:ecs:eu-central-1:123456789012:task/runs/0f1e2d"


def task_event(last_status: str = "RUNNING", version: int = 3, **more: Any) -> dict[str, Any]:
    """The detail of an "ECS Task State Change" event of run `run-1` of job `team.job`."""
    environment = {"SHIFTWORK_JOB_ID": "team.job", "SHIFTWORK_RUN_ID": "run-1", "SHIFTWORK_ATTEMPT": "1"}
    pairs = [{"name": name, "value": value} for name, value in environment.items()]
    return {
        "taskArn": TASK_ARN,
        "lastStatus": last_status,
        "version": version,
        "startedAt": "2026-01-02T03:04:05.678Z",
        "containers": [{"name": "main", "lastStatus": last_status}],
        "overrides": {"containerOverrides": [{"name": "main", "environment": pairs}]},
    } | more


def task_cause(stop_code: str, reason: str, **container: Any) -> dict[str, Any]:
    """The task in a Cause: the same in PascalCase, with times in epoch milliseconds."""
    event = task_event(
        "STOPPED", 5, stopCode=stop_code, stoppedReason=reason, startedAt=1767323045678, stoppedAt=1767323050000
    )
    event["containers"][0].update(container)
    return dict(_pascal(event))


def _pascal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: _pascal(item) for key, item in value.items()}
    return [_pascal(item) for item in value] if isinstance(value, list) else value
