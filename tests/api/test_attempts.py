"""What is recorded of each attempt, over HTTP."""

from typing import Any

from functions.events import track
from tests.api.conftest import CONTEXT, RUNS, Call, task_of
from tests.unit.tasks import TASK_ARN


def test_all_that_is_recorded_of_an_attempt(call: Call, run: dict[str, Any]) -> None:
    more = {"stoppedReason": "Essential container in task exited", "stoppedAt": "2026-01-02T03:04:10Z"}
    event = task_of(run, "STOPPED", 5, stopCode="EssentialContainerExited", cpu="256", memory="512", **more)
    event["containers"][0]["exitCode"] = 3
    track.handler({"detail": event}, CONTEXT)
    expected = {
        "id": "0f1e2d",
        "startedAt": "2026-01-02T03:04:05.678+0000",
        "stoppedAt": "2026-01-02T03:04:10.000+0000",
        "status": "TASK_FAILED",
        "attempt": 1,
        "taskArn": TASK_ARN,
        "exitCode": 3,
        "reason": "EXIT_CODE",
        "message": "Essential container in task exited",
        "logStream": "team.job/main/0f1e2d",
        "allocated": {"cpus": 0.25, "mem": 512},
    }
    path = f"{RUNS}/{run['id']}"
    assert call("GET", path).json["tasks"] == [expected]
    (task,) = call("GET", f"{path}/tasks").json
    assert (task["index"], task["status"], task["attempts"]) == (0, "ACTIVE", [expected])
    assert call("GET", f"{path}/tasks?status=SUCCESS").json == []
    assert call("GET", f"{path}/tasks?cursor=x").status == 400


def test_an_attempt_that_goes_on_has_no_end(call: Call, run: dict[str, Any]) -> None:
    track.handler({"detail": task_of(run)}, CONTEXT)
    (task,) = call("GET", f"{RUNS}/{run['id']}").json["tasks"]
    assert (task["stoppedAt"], task["reason"], task["allocated"]) == (None, None, None)
    assert "completedAt" not in task
