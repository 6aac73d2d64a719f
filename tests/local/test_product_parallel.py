"""Runs with several tasks, end to end and with IAM enforced: retries for each, tolerated failures, logs, a stop."""

from typing import Any

import pytest

from local.cloud import Cloud
from tests.local.signed import Caller, caller, until

# Task 1 succeeds the second time, task 3 never does.
SCRIPT = """
echo "$SHIFTWORK_TASK_INDEX of $SHIFTWORK_TASK_COUNT"
case "$SHIFTWORK_TASK_INDEX.$SHIFTWORK_ATTEMPT" in 1.1|3.*) exit 7 ;; esac
"""
FIVE = {"cmd": SCRIPT, "taskCount": 5, "parallelism": 3, "retry": {"attempts": 2, "waitSeconds": 0}}


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "parallel", "*")


def tasks(call: Caller, job: str, run: str, attempts: int) -> Any:
    """The tasks of a run, once they have ended and there is news of the end of so many attempts."""
    path = f"/v1/jobs/{job}/runs/{run}/tasks"
    return until(lambda: call("GET", path).json, lambda seen: _ended(seen) == attempts)


def _ended(seen: Any) -> int:
    over = [task["attempts"] for task in seen if task["completedAt"]]
    return sum(bool(attempt["stoppedAt"]) for attempts in over for attempt in attempts)


def lines(call: Caller, job: str, run: str, index: int) -> list[str]:
    """What all the attempts of a task have printed."""
    path = f"/v1/jobs/{job}/runs/{run}/logs?index={index}"
    log = until(lambda: call("GET", path).json, lambda seen: seen["ended"])
    return [event["message"] for event in log["events"]]


def counted(call: Caller) -> tuple[int, int]:
    """How many runs of the deployment have started, and how many have succeeded."""
    counters = call("GET", "/v1/metrics").json["counters"]
    return counters["runs.started"]["count"], counters["runs.succeeded"]["count"]


def test_a_run_succeeds_with_as_many_failures_as_are_tolerated(call: Caller) -> None:
    before = counted(call)
    run = call.run("tolerant", **FIVE, toleratedFailures=1)
    assert (run["status"], run["reason"]) == ("SUCCESS", None), run
    assert run["taskCounts"] == {"total": 5, "succeeded": 4, "failed": 1, "failedIndexes": [3]}
    found = tasks(call, "tolerant", run["id"], 7)
    assert [(task["index"], task["status"], len(task["attempts"])) for task in found] == [
        (0, "SUCCESS", 1),
        (1, "SUCCESS", 2),
        (2, "SUCCESS", 1),
        (3, "FAILED", 2),
        (4, "SUCCESS", 1),
    ]
    assert (found[3]["reason"], found[3]["exitCode"]) == ("EXIT_CODE", 7)
    first = found[1]["attempts"][0]
    assert (first["reason"], first["exitCode"], first["allocated"]) == ("EXIT_CODE", 7, {"cpus": 0.25, "mem": 512})
    assert lines(call, "tolerant", run["id"], 2) == ["2 of 5"]
    assert lines(call, "tolerant", run["id"], 3) == ["3 of 5"] * 2
    failed = call("GET", f"/v1/jobs/tolerant/runs/{run['id']}/tasks?status=FAILED").json
    assert failed == [found[3]]
    summary = call("GET", "/v1/jobs/tolerant?embed=historySummary").json["historySummary"]
    assert (summary["successCount"], summary["failureCount"]) == (1, 0), "five tasks are one run"
    after = until(lambda: counted(call), lambda seen: all(new > old for new, old in zip(seen, before, strict=True)))
    # An earlier test's run may have been published meanwhile, but not four of them.
    assert all(new - old < 4 for new, old in zip(after, before, strict=True)), (before, after)


def test_a_failure_too_many_fails_the_run_and_names_the_task(call: Caller) -> None:
    run = call.run("strict", **FIVE)
    assert (run["status"], run["reason"]) == ("FAILED", "EXIT_CODE"), run
    assert run["taskCounts"]["failedIndexes"] == [3]


def test_stopping_a_run_stops_all_its_tasks(cloud: Cloud, call: Caller) -> None:
    document = {"cpus": 0.25, "mem": 64, "disk": 0, "cmd": "sleep 300", "taskCount": 3}
    assert call("POST", "/v1/jobs", {"id": "many", "run": document}).status == 201
    run = call("POST", "/v1/jobs/many/runs").json["id"]
    path = f"/v1/jobs/many/runs/{run}"
    until(lambda: call("GET", f"{path}/tasks?status=ACTIVE").json, lambda seen: len(seen) == 3)
    stopped = call("POST", f"{path}/actions/stop").json
    assert (stopped["status"], stopped["reason"]) == ("FAILED", "STOPPED")
    found = tasks(call, "many", run, 3)
    assert [(task["index"], task["reason"]) for task in found] == [(0, "STOPPED"), (1, "STOPPED"), (2, "STOPPED")]
    ecs, cluster = cloud.client("ecs"), cloud.outputs["ClusterArn"]
    until(lambda: ecs.list_tasks(cluster=cluster, desiredStatus="RUNNING")["taskArns"], lambda left: not left)
    counts = until(lambda: call("GET", path).json["taskCounts"], lambda seen: seen["failed"] == 3)
    assert counts == {"total": 3, "succeeded": 0, "failed": 3, "failedIndexes": [0, 1, 2]}
