"""Runs with several tasks over HTTP: their numbers, the tasks themselves, their logs."""

import time
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from functions.events import track
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Reason, RunStatus
from functions.wiring import platform
from tests.api.conftest import CONTEXT, JOB, RUNS, Call, task_of, walk
from tests.conftest import ENVIRONMENT
from tests.unit.tasks import TASK_ARN

FAILURE = Outcome(status=RunStatus.FAILED, reason=Reason.EXIT_CODE, message="Essential container exited", exit_code=3)


@pytest.fixture
def several(call: Call) -> dict[str, Any]:
    """A run of a job of five tasks."""
    call("POST", "/v1/jobs", JOB | {"run": JOB["run"] | {"taskCount": 5, "toleratedFailures": 1}})
    answer = call("POST", RUNS)
    assert answer.status == 201
    return dict(answer.json)


def hear(run: dict[str, Any], index: int, *args: Any, task: str = TASK_ARN, **more: Any) -> None:
    """ECS has news of a task of a run with five."""
    event = task_of(run, *args, taskArn=task, **more)
    numbers = {"SHIFTWORK_TASK_INDEX": str(index), "SHIFTWORK_TASK_COUNT": "5"}
    event["overrides"]["containerOverrides"][0]["environment"] += [
        {"name": name, "value": value} for name, value in numbers.items()
    ]
    track.handler({"detail": event}, CONTEXT)


def end(run: dict[str, Any], index: int, outcome: Outcome) -> None:
    now = datetime(2026, 1, 2, 3, 4, 10, tzinfo=UTC)
    assert platform().tasks.settle("team.job", run["id"], index, outcome, now)


def test_a_run_says_how_its_tasks_stand(call: Call, several: dict[str, Any], aws_calls: list[str]) -> None:
    none = {"total": 5, "succeeded": 0, "failed": 0, "failedIndexes": []}
    assert (several["taskCounts"], several["tasks"]) == (none, [])
    for index in (0, 4):
        hear(several, index)
    end(several, 4, FAILURE)
    end(several, 0, Outcome(status=RunStatus.SUCCESS, exit_code=0))
    aws_calls.clear()
    run = call("GET", f"{RUNS}/{several['id']}").json
    assert aws_calls == ["GetItem"]
    assert (run["status"], run["tasks"]) == ("ACTIVE", [])
    assert run["taskCounts"] == {"total": 5, "succeeded": 1, "failed": 1, "failedIndexes": [4]}


def test_news_that_move_no_run_write_no_run(several: dict[str, Any], aws_calls: list[str]) -> None:
    whether_it_is_late = ["GetItem", "GetItem"]
    hear(several, 1)
    assert aws_calls == ["GetItem", "UpdateItem", "UpdateItem", *whether_it_is_late]
    aws_calls.clear()
    hear(several, 1, "DEPROVISIONING", 4)
    assert aws_calls == ["GetItem", "UpdateItem", *whether_it_is_late]
    aws_calls.clear()
    hear(several, 1, "STOPPED", 5)
    assert aws_calls == ["GetItem", "UpdateItem"]


def test_a_run_of_one_task_has_no_counts(run: dict[str, Any]) -> None:
    assert "taskCounts" not in run


def test_the_tasks_that_have_begun_are_listed(call: Call, several: dict[str, Any], aws_calls: list[str]) -> None:
    path = f"{RUNS}/{several['id']}/tasks"
    assert call("GET", path).json == []
    for index in (3, 0, 1):
        hear(several, index)
    end(several, 3, FAILURE)
    aws_calls.clear()
    tasks = call("GET", path).json
    assert aws_calls == ["GetItem", "Query"]
    assert [(task["index"], task["status"]) for task in tasks] == [(0, "ACTIVE"), (1, "ACTIVE"), (3, "FAILED")]
    failed = tasks[2]
    assert (failed["reason"], failed["exitCode"], failed["message"]) == ("EXIT_CODE", 3, FAILURE.message)
    assert failed["completedAt"] == "2026-01-02T03:04:10.000+0000"
    assert [attempt["attempt"] for attempt in failed["attempts"]] == [1]
    for limit in (1, 2):
        assert walk(call, f"{path}?limit={limit}") == tasks
    assert call("GET", f"{path}?status=FAILED,SUCCESS").json == [failed]
    assert walk(call, f"{path}?status=ACTIVE&limit=1") == tasks[:2]


def test_what_is_no_list_of_tasks(call: Call, several: dict[str, Any]) -> None:
    assert call("GET", f"{RUNS}/x/tasks").status == 404
    path = f"{RUNS}/{several['id']}/tasks"
    for query in ("limit=0", "limit=101", "status=DONE", "cursor=x", "index=1"):
        assert call("GET", f"{path}?{query}").status == 400


def test_each_task_has_a_log_of_its_own(call: Call, several: dict[str, Any]) -> None:
    client = boto3.client("logs")
    for index in (0, 2):
        hear(several, index, task=f"arn:task/number{index}")
        group = ENVIRONMENT["JOBS_LOG_GROUP"]
        stream: Any = {"logGroupName": group, "logStreamName": f"team.job/main/number{index}"}
        client.create_log_stream(**stream)
        line: Any = {"timestamp": int(time.time() * 1000), "message": f"I am {index}"}
        client.put_log_events(**stream, logEvents=[line])
    path = f"{RUNS}/{several['id']}/logs"

    def lines(query: str) -> list[str]:
        return [event["message"] for event in call("GET", path + query).json["events"]]

    assert (lines(""), lines("?index=0"), lines("?index=2")) == (["I am 0"], ["I am 0"], ["I am 2"])
    assert lines("?index=1") == [], "it has not begun"
    refused = call("GET", f"{path}?index=5")
    assert (refused.status, refused.json["message"]) == (400, "index: 5 is too large. Use 0 to 4.")
    for wrong in ("-1", "10000", "x"):
        assert call("GET", f"{path}?index={wrong}").status == 400


def test_a_stopped_run_says_of_its_tasks_that_they_were_stopped(call: Call, several: dict[str, Any]) -> None:
    hear(several, 1)
    stopped = call("POST", f"{RUNS}/{several['id']}/actions/stop").json
    assert (stopped["status"], stopped["reason"]) == ("FAILED", "STOPPED")
    end(several, 1, Outcome(status=RunStatus.FAILED, reason=Reason.ABORTED))
    hear(several, 1, "STOPPED", 6, stopCode="UserInitiated", stoppedAt="2026-01-02T03:04:10Z")
    (task,) = call("GET", f"{RUNS}/{several['id']}/tasks").json
    assert (task["status"], task["reason"], task["attempts"][0]["reason"]) == ("FAILED", "STOPPED", "STOPPED")
    assert call("GET", f"{RUNS}/{several['id']}").json["taskCounts"]["failedIndexes"] == [1]


def test_a_deleted_run_takes_its_tasks_along(call: Call, several: dict[str, Any]) -> None:
    hear(several, 1)
    call("POST", f"{RUNS}/{several['id']}/actions/stop")
    assert call("DELETE", f"{RUNS}/{several['id']}").status == 200
    assert platform().tasks.get("team.job", several["id"], 1) is None
    assert call("GET", f"{RUNS}/{several['id']}/tasks").status == 404
