"""Firings of team.job's schedule, delivered as Scheduler delivers them, and what happens meanwhile."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from functions.aws import clients
from functions.events import dispatch, settle
from functions.wiring import platform
from tests.api.conftest import CONTEXT, JOB, RUNS, SCHEDULES, Call

LATE = 10 * 365 * 24 * 60 * 60  # seconds: these firings are of the past, and none is too late
WITH_LEVEL = JOB | {"run": JOB["run"] | {"env": {"LEVEL": "info"}}}


def firing(minute: int = 0, schedule: str = "daily") -> dict[str, str]:
    """A firing of a schedule of team.job."""
    return {"jobId": "team.job", "scheduleId": schedule, "scheduledTime": f"2026-01-02T12:{minute:02d}:00Z"}


def fire(minute: int = 0) -> str:
    """Deliver a firing; what became of it."""
    result = dispatch.handler(firing(minute), CONTEXT)
    return result.get("reason") or result["result"]


def schedule(call: Call, policy: str = "ALLOW", **more: Any) -> None:
    """Give team.job the schedule."""
    document = {"id": "daily", "cron": "* * * * *", "startingDeadlineSeconds": LATE, "concurrencyPolicy": policy}
    if call("PUT", f"{SCHEDULES}/daily", document | more).status == 404:
        assert call("POST", SCHEDULES, document | more).status == 201


def active(call: Call) -> list[str]:
    """The times for which the active runs were scheduled, the latest first."""
    return [run["scheduledAt"][11:16] if run["scheduledAt"] else "call" for run in call("GET", RUNS).json]


def end(run: dict[str, Any], status: str = "SUCCEEDED", at: float = 0) -> None:
    """The run's execution ends, at a time in seconds."""
    detail = {"name": run["id"], "status": status, "stopDate": 1000 * at, "input": json.dumps({"jobId": run["jobId"]})}
    settle.handler({"detail": detail | {"output": "{}", "cause": ""}}, CONTEXT)


@contextmanager
def meanwhile(operation: str, happens: Callable[[], Any]) -> Iterator[None]:
    """Something happens just before the next call of an operation of DynamoDB or Step Functions."""
    todo, hands = [happens], [client.meta.events for client in (clients.dynamodb(), clients.stepfunctions())]

    def once(model: Any, **_: Any) -> None:
        if model.name == operation and todo:
            todo.pop()()

    for hand in hands:
        hand.register("before-call", once)
    yield
    for hand in hands:
        hand.unregister("before-call", once)


def started(run: dict[str, Any]) -> bool:
    """Whether the run has an execution."""
    found = platform().runs.get(run["jobId"], run["id"])
    assert found
    return platform().executions.exists(found)


def refused() -> None:
    """The call fails."""
    raise ConnectionError
