"""Runs as items of the table: their attributes and their attempts.

A run of one task has its attempts in its own item. If a run has several tasks, each is an item: tasks.py.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from functions.aws.table.table import Item, moment_of, run_key
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.run import ACTIVE_STATUSES, Attempt, Cause, Overrides, Reason, Run, RunStatus, TaskStatus

# The condition that a run is active, and its values; it needs the name #status.
ACTIVE = {f":active{n}": status for n, status in enumerate(ACTIVE_STATUSES)}
IS_ACTIVE = f"#status IN ({', '.join(ACTIVE)})"
# Characters of an attempt's message. An item takes 400 KB and a run may have 500 attempts, so the messages of later
# attempts are shortened. The run itself has the whole message of the last attempt.
_MESSAGE, _LATER_MESSAGE = 1000, 250
_FIRST = 50
_IN_ORDER = ("env", "command", "devices")
# While tasks and devices end, the end of their run is not known yet. So they are kept for longer than a run: for this
# time, or for the run's time limit if that is longer. The API shows none without their run.
_LONGEST = timedelta(days=7)


def plan_values(plan: LaunchPlan) -> dict[str, Any]:
    """A launch plan as a map attribute, without the values that the deployment decides."""
    values = {name: _listed(value) for name, value in asdict(plan).items() if value is not None}
    return values | {"retry": json.dumps(plan.retry)}


def plan_of(values: Mapping[str, Any]) -> LaunchPlan:
    """The launch plan in a map attribute."""
    plan: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return LaunchPlan(**plan | {"retry": json.loads(values["retry"])})


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def item_of(run: Run) -> dict[str, Any]:
    """A new run as an item. GSI1 lists it under ACTIVE while it is active, GSI2 under RUNS always, both by time."""
    return run_key(run.job_id, run.id) | {
        "GSI1PK": "ACTIVE",
        "GSI1SK": f"{run.id}#{run.job_id}",
        "GSI2PK": "RUNS",
        "GSI2SK": f"{run.id}#{run.job_id}",
        "jobId": run.job_id,  # for filters, which cannot use keys
        "status": run.status,
        "createdAt": run.created_at.isoformat(),
        "cause": run.cause,
        "causeId": run.cause_id,
        "scheduleId": run.schedule_id,
        "scheduledAt": run.scheduled_at.isoformat() if run.scheduled_at else None,
        "parameters": dict(run.parameters) or None,
        "overrides": _overrides_values(run.overrides) or None,
        "inputs": json.dumps(run.inputs) if run.inputs else None,
        "labels": dict(run.labels) or None,
        "rerunOf": run.rerun_of,
        "plan": plan_values(run.plan),
        "attempts": {},
        "devices": {} if run.plan.fleet else None,
    }


def run_of(item: Item) -> Run:
    """The run in an item."""
    return Run(
        id=item["SK"].removeprefix("RUN#"),
        job_id=item["PK"].removeprefix("JOB#"),
        status=RunStatus(item["status"]),
        created_at=datetime.fromisoformat(item["createdAt"]),
        plan=plan_of(item["plan"]),
        cause=Cause(item["cause"]),
        cause_id=item.get("causeId"),
        schedule_id=item.get("scheduleId"),
        scheduled_at=moment_of(item, "scheduledAt"),
        parameters=item.get("parameters", {}),
        overrides=_overrides_of(item.get("overrides", {})),
        inputs=json.loads(item.get("inputs", "{}")),
        labels=item.get("labels", {}),
        rerun_of=item.get("rerunOf"),
        completed_at=moment_of(item, "completedAt"),
        reason=Reason(item["reason"]) if "reason" in item else None,
        message=item.get("message"),
        exit_code=item.get("exitCode"),
        attempts={int(number): attempt_of(int(number), values) for number, values in item["attempts"].items()},
        succeeded_tasks=item.get("succeededTasks", 0),
        failed_tasks=frozenset(map(int, item.get("failedTasks", ()))),
        devices={DeviceStatus(status): number for status, number in item.get("devices", {}).items() if number},
    )


def attempt_values(attempt: Attempt) -> dict[str, Any]:
    """An attempt as a map attribute, without values that are not known yet."""
    values = {
        "version": attempt.version,
        "taskArn": attempt.task_arn,
        "status": attempt.status,
        "startedAt": attempt.started_at.isoformat() if attempt.started_at else None,
        "stoppedAt": attempt.stopped_at.isoformat() if attempt.stopped_at else None,
        "cpu": attempt.cpu,
        "memory": attempt.memory,
        "exitCode": attempt.exit_code,
        "reason": attempt.reason,
        "message": _message(attempt),
    }
    return {key: value for key, value in values.items() if value is not None}


def _message(attempt: Attempt) -> str | None:
    most = _MESSAGE if attempt.number <= _FIRST else _LATER_MESSAGE
    text = attempt.message
    return text if text is None or len(text) <= most else f"{text[: most - 3]}..."


def attempt_of(number: int, values: Item) -> Attempt:
    """The attempt in a map attribute."""
    return Attempt(
        number=number,
        version=values["version"],
        task_arn=values["taskArn"],
        status=TaskStatus(values["status"]),
        started_at=moment_of(values, "startedAt"),
        cpu=values.get("cpu"),
        memory=values.get("memory"),
        stopped_at=moment_of(values, "stoppedAt"),
        exit_code=values.get("exitCode"),
        reason=Reason(values["reason"]) if "reason" in values else None,
        message=values.get("message"),
    )


def _overrides_values(overrides: Overrides) -> dict[str, Any]:
    """The overrides that differ from the job. JSON keeps the order of lists and of the environment."""
    values = {name: value for name, value in asdict(overrides).items() if value not in (None, {})}
    return values | {name: json.dumps(values[name]) for name in _IN_ORDER if name in values}


def _overrides_of(values: Item) -> Overrides:
    read: dict[str, Any] = values | {name: json.loads(values[name]) for name in _IN_ORDER if name in values}
    if "devices" in read:
        read["devices"] = tuple(map(DeviceStatus, read["devices"]))
    return Overrides(**read | ({"command": tuple(read["command"])} if "command" in read else {}))


def expiry(plan: Item, clock: float, retention: timedelta) -> int:
    """When a task or a device that has news now may expire, in seconds since 1970."""
    keep, longest = plan.get("keep_seconds", retention.total_seconds()), _LONGEST.total_seconds()
    return int(clock + keep + max(longest, plan.get("timeout", 0)))
