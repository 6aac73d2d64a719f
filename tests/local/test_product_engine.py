"""The life of runs, end to end and with IAM enforced: retries, limits, stops, trigger rules, retention, the sweep."""

import json
from functools import partial
from typing import Any

import pytest

from local.cloud import Cloud
from tests.local.signed import Caller, caller, until

# Says when it is told to end, and does so with its own exit code.
POLITE = "trap 'echo told to end; exit 5' TERM; echo began; while :; do sleep 0.1; done"


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "engine", "*")


def begin(call: Caller, job: str, cmd: str, more: dict[str, Any] | None = None, **run: Any) -> str:
    """Create a job and start a run of it; the run's id."""
    document = {"id": job, "run": {"cpus": 0.25, "mem": 64, "disk": 0, "cmd": cmd} | run} | (more or {})
    assert call("POST", "/v1/jobs", document).status == 201
    return str(call("POST", f"/v1/jobs/{job}/runs").json["id"])


def attempts(call: Caller, job: str, run: str, number: int) -> Any:
    """The attempts of a run, once there is news of the end of so many."""
    path = f"/v1/jobs/{job}/runs/{run}"
    return until(
        lambda: call("GET", path).json["tasks"],
        lambda seen: [bool(one["stoppedAt"]) for one in seen] == [True] * number,
    )


def states(cloud: Cloud, run: str) -> list[str]:
    """The states that a run's execution has entered."""
    execution = cloud.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:") + f":{run}"
    events = cloud.client("stepfunctions").get_execution_history(executionArn=execution)["events"]
    return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]


def test_the_policy_says_what_is_tried_again_and_each_attempt_is_on_record(cloud: Cloud, call: Caller) -> None:
    rules = [{"action": "FAIL", "exitCodes": [9]}, {"action": "IGNORE", "exitCodes": [4]}]
    cmd = 'exit $(echo "4 4 1 9 0" | cut -d " " -f "$SHIFTWORK_ATTEMPT")'
    run_id = begin(call, "tries", cmd, retry={"attempts": 3, "waitSeconds": 1, "factor": 1, "rules": rules})
    run = call.finished("tries", run_id)
    assert (run["status"], run["reason"], run["exitCode"]) == ("FAILED", "EXIT_CODE", 9)
    found = attempts(call, "tries", run_id, 4)
    assert [(one["attempt"], one["exitCode"], one["reason"]) for one in found] == [
        (1, 4, "EXIT_CODE"),
        (2, 4, "EXIT_CODE"),
        (3, 1, "EXIT_CODE"),
        (4, 9, "EXIT_CODE"),
    ]
    assert all(one["startedAt"] and one["taskArn"] and one["allocated"] == {"cpus": 0.25, "mem": 512} for one in found)
    assert {one["logStream"] for one in found} == {f"tries/main/{one['id']}" for one in found}
    entered = states(cloud, run_id)
    assert len(entered) <= 1 + 3 * 4
    assert entered.count("RunTask") == 4


def test_a_success_at_once_enters_one_state(cloud: Cloud, call: Caller) -> None:
    run_id = begin(call, "at-once", "true")
    assert call.finished("at-once", run_id)["status"] == "SUCCESS"
    assert states(cloud, run_id) == ["RunTask"]


def test_an_attempt_that_takes_too_long_is_told_to_end_and_may_be_tried_again(call: Caller) -> None:
    retry = {"attempts": 2, "waitSeconds": 0}
    run_id = begin(call, "too-long", POLITE, attemptTimeoutSeconds=1, retry=retry, taskKillGracePeriodSeconds=2)
    run = call.finished("too-long", run_id)
    assert (run["status"], run["reason"]) == ("FAILED", "TIMEOUT")
    assert "Attempt 2" in run["message"]
    assert [one["reason"] for one in attempts(call, "too-long", run_id, 2)] == ["TIMEOUT", "TIMEOUT"]
    assert "told to end" in call.log("too-long", run_id)


def test_the_runs_time_limit_counts_attempts_and_waits(call: Caller) -> None:
    run_id = begin(call, "limited", "exit 1", timeoutSeconds=3, retry={"waitSeconds": 1, "factor": 1})
    run = call.finished("limited", run_id)
    assert (run["status"], run["reason"]) == ("FAILED", "DEADLINE")
    run_id = begin(call, "cut-off", POLITE, timeoutSeconds=1)
    run = call.finished("cut-off", run_id)
    assert (run["status"], run["reason"]) == ("FAILED", "DEADLINE")
    assert [one["reason"] for one in attempts(call, "cut-off", run_id, 1)] == ["DEADLINE"]


def test_a_run_is_stopped_while_it_waits_between_attempts(cloud: Cloud, call: Caller) -> None:
    run_id = begin(call, "pauses", "exit 1", retry={"attempts": 2, "waitSeconds": 300})
    until(lambda: states(cloud, run_id), lambda entered: entered[-1:] == ["Backoff"])
    assert call("POST", "/v1/jobs/pauses/actions/stop").json == {"stopped": [run_id], "left": 0}
    run = call.finished("pauses", run_id)
    assert (run["status"], run["reason"]) == ("FAILED", "STOPPED")
    assert call("POST", "/v1/jobs/pauses/actions/stop").json == {"stopped": [], "left": 0}


def test_the_runs_of_a_group_are_stopped_and_their_tasks_end(call: Caller) -> None:
    runs = {job: begin(call, job, POLITE) for job in ("crew.a", "crew.b.c")}
    for job, run_id in runs.items():
        until(partial(call.log, job, run_id), bool)
    assert set(call("POST", "/v1/groups/crew/actions/stop").json["stopped"]) == set(runs.values())
    for job, run_id in runs.items():
        assert call.finished(job, run_id)["reason"] == "STOPPED"
        until(partial(call.log, job, run_id), lambda said: "told to end" in said)


def test_a_job_starts_after_the_failure_of_another(call: Caller) -> None:
    after = {"id": "repair", "dependencies": [{"id": "breaks", "on": "FAILURE"}]}
    first = begin(call, "breaks", "exit $(( ${FAIL:-1} ))", {"overrides": ["env"]})
    assert call.finished("breaks", first)["status"] == "FAILED"
    assert call("POST", "/v1/jobs", after | {"run": {"cpus": 0.25, "mem": 64, "disk": 0, "cmd": "true"}}).status == 201
    good = call("POST", "/v1/jobs/breaks/runs", {"env": {"FAIL": "0"}}).json["id"]
    assert call.finished("breaks", good)["status"] == "SUCCESS"
    bad = call("POST", "/v1/jobs/breaks/runs").json["id"]
    assert call.finished("breaks", bad)["status"] == "FAILED"
    (run,) = until(lambda: call("GET", "/v1/jobs/repair/runs?status=SUCCESS").json, bool)
    assert (run["cause"], run["causeId"]) == ("DEPENDENCY", bad)


def test_so_many_finished_runs_are_kept(call: Caller) -> None:
    first = begin(call, "keeps", "true", {"retention": {"successes": 1}})
    call.finished("keeps", first)
    second = call("POST", "/v1/jobs/keeps/runs").json["id"]
    call.finished("keeps", second)
    until(lambda: [run["id"] for run in call("GET", "/v1/jobs/keeps/runs?limit=9").json], lambda ids: ids == [second])
    assert call("GET", "/v1/jobs/keeps?embed=historySummary").json["historySummary"]["successCount"] == 2


def test_the_sweep_starts_the_run_of_a_dead_caller(cloud: Cloud, call: Caller) -> None:
    """As after a call that put the run and died before it could start the execution."""
    done = begin(call, "orphaned", "true")
    call.finished("orphaned", done)
    lost, table, dynamodb = "20260102030405lost0", cloud.outputs["TableName"], cloud.client("dynamodb")
    key = {"PK": {"S": "JOB#orphaned"}, "SK": {"S": f"RUN#{done}"}}
    item = dynamodb.get_item(TableName=table, Key=key)["Item"]
    for name in ("completedAt", "exitCode", "expiresAt"):
        del item[name]
    place = {"GSI1PK": "ACTIVE", "GSI1SK": f"{lost}#orphaned", "GSI2SK": f"{lost}#orphaned"}
    new = place | {"SK": f"RUN#{lost}", "status": "INITIAL", "createdAt": "2026-01-02T03:04:05+00:00"}
    dynamodb.put_item(
        TableName=table, Item=item | {name: {"S": text} for name, text in new.items()} | {"attempts": {"M": {}}}
    )
    dynamodb.update_item(
        TableName=table,
        Key=key | {"SK": {"S": "STATE"}},
        UpdateExpression="ADD active :run",
        ExpressionAttributeValues={":run": {"SS": [lost]}},
    )
    answer = cloud.client("lambda").invoke(FunctionName=cloud.outputs["SweepFunctionName"], Payload=b"{}")
    assert lost in json.loads(answer["Payload"].read())["runs"]
    assert call.finished("orphaned", lost)["status"] == "SUCCESS"
