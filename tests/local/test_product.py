"""The whole product on the local cloud, with IAM enforced: from the HTTPS call to the status back in the API."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local.cloud import Cloud
from tests.local.signed import Caller, caller, until

HELLO = json.loads((Path(__file__).parents[2] / "examples" / "hello.json").read_text())


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "team", "*")


def history(cloud: Cloud, run: str) -> Counter[str]:
    """How often each kind of event stands in the history of a run's execution."""
    arn = cloud.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:") + f":{run}"
    events = cloud.client("stepfunctions").get_execution_history(executionArn=arn)["events"]
    return Counter(event["type"] for event in events)


def test_a_run_succeeds_with_its_log_and_enters_one_state(cloud: Cloud, call: Caller) -> None:
    run = call.run(
        "hello", cmd="echo hello from $SHIFTWORK_JOB_ID, attempt $SHIFTWORK_ATTEMPT, for $WHOM", env={"WHOM": "you"}
    )
    assert (run["status"], run["reason"], run["exitCode"]) == ("SUCCESS", None, 0)
    assert [task["status"] for task in run["tasks"]] == ["TASK_FINISHED"]
    assert call.log("hello", run["id"]) == ["hello from hello, attempt 1, for you"]
    events = history(cloud, run["id"])
    assert (
        events["TaskStateEntered"] == sum(count for kind, count in events.items() if kind.endswith("StateEntered")) == 1
    )


def test_an_exit_code_fails_the_run_and_its_execution(cloud: Cloud, call: Caller) -> None:
    run = call.run("three", cmd="echo so long; exit 3")
    assert (run["status"], run["reason"], run["exitCode"]) == ("FAILED", "EXIT_CODE", 3)
    assert history(cloud, run["id"])["ExecutionFailed"] == 1
    summary = call("GET", "/v1/jobs/three?embed=historySummary").json["historySummary"]
    assert (summary["successCount"], summary["failureCount"]) == (0, 1)


def test_an_image_that_cannot_be_pulled_is_a_failed_start_with_the_text_of_ecs(call: Caller) -> None:
    run = call.run("pull", cmd="true", docker={"image": "registry.invalid/nothing:1"})
    assert (run["status"], run["reason"], run["exitCode"]) == ("FAILED", "START_FAILED", None)
    assert "CannotPullContainerError" in run["message"]


def test_stopping_a_run_stops_its_task(cloud: Cloud, call: Caller) -> None:
    call("POST", "/v1/jobs", {"id": "long", "run": {"cpus": 0.25, "mem": 64, "disk": 0, "cmd": "echo $$; sleep 300"}})
    run = call("POST", "/v1/jobs/long/runs").json["id"]
    path = f"/v1/jobs/long/runs/{run}"
    until(lambda: call("GET", path).json, lambda seen: seen["status"] == "ACTIVE")
    (process,) = until(lambda: call.log("long", run), bool)
    stopped = call("POST", f"{path}/actions/stop")
    assert (stopped.json["status"], stopped.json["reason"]) == ("FAILED", "STOPPED")
    assert call("GET", "/v1/jobs/long/runs").json == []
    until(lambda: call("GET", path).json["tasks"][0]["status"], lambda status: status == "TASK_KILLED")
    ecs = cloud.client("ecs")
    assert ecs.list_tasks(cluster=cloud.outputs["ClusterArn"], desiredStatus="RUNNING")["taskArns"] == []
    if "processes" in cloud.tasks:
        until(lambda: Path(f"/proc/{process}").exists(), lambda alive: not alive)


def test_secrets_reach_the_container(cloud: Cloud, call: Caller) -> None:
    cloud.client("ssm").put_parameter(Name="/shiftwork/local/user", Value="ada", Type="SecureString")
    secret = cloud.client("secretsmanager").create_secret(
        Name="shiftwork/local/db", SecretString=json.dumps({"password": "lovelace"})
    )
    run = call.run(
        "secrets",
        cmd='echo "$DB_USER:$DB_PASSWORD"',
        env={"DB_USER": {"secret": "user"}, "DB_PASSWORD": {"secret": "password"}},
        secrets={"user": {"source": "/shiftwork/local/user"}, "password": {"source": f"{secret['ARN']}:password::"}},
    )
    assert call.log("secrets", run["id"]) == ["ada:lovelace"]


def test_a_firing_that_is_delivered_twice_is_one_run(cloud: Cloud, call: Caller) -> None:
    call("POST", "/v1/jobs", HELLO)
    nightly = {"id": "nightly", "cron": "0 3 * * *", "startingDeadlineSeconds": 10**9}
    call("POST", f"/v1/jobs/{HELLO['id']}/schedules", nightly)
    firing = {"jobId": HELLO["id"], "scheduleId": "nightly", "scheduledTime": "2026-01-02T03:00:00Z"}

    def deliver(_: int) -> Any:
        answer = cloud.client("lambda").invoke(
            FunctionName=cloud.outputs["DispatchFunctionName"], Payload=json.dumps(firing)
        )
        return json.loads(answer["Payload"].read())

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(deliver, range(2))
    assert first["runId"] == second["runId"]
    run = call.finished(HELLO["id"], first["runId"])
    assert (run["status"], run["scheduledAt"]) == ("SUCCESS", "2026-01-02T03:00:00.000+0000")
    summary = call("GET", f"/v1/jobs/{HELLO['id']}?embed=historySummary").json["historySummary"]
    assert summary["successCount"] == 1


def test_a_deleted_job_takes_its_runs_and_definitions_along(cloud: Cloud, call: Caller) -> None:
    run = call.run("gone", cmd="true")
    assert call("DELETE", "/v1/jobs/gone").status == 200
    assert call("GET", "/v1/jobs/gone").status == 404
    assert call("GET", f"/v1/jobs/gone/runs/{run['id']}").status == 404
    definitions = cloud.client("ecs").list_task_definitions(familyPrefix="shiftwork-local-gone", status="ACTIVE")
    assert definitions["taskDefinitionArns"] == []
    call.run("gone", cmd="true")
    again = call("GET", "/v1/jobs/gone?embed=history").json["history"]
    assert (again["successCount"], len(again["successfulFinishedRuns"])) == (1, 1)


def test_no_event_was_lost_on_its_way(cloud: Cloud, call: Caller) -> None:
    """The event functions failed at nothing that the tests above have caused, and each run has ended."""
    call.run("last", cmd="true")
    cloud.client("lambda").invoke(FunctionName=cloud.outputs["SweepFunctionName"], Payload=b"{}")
    logs = cloud.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    events = [group for group in groups if any(name in group for name in ("Dispatch", "Settle", "Track", "Sweep"))]
    assert len(events) == 4
    failures: list[str] = []
    for group in events:
        messages = [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]
        assert messages
        bad = [n for n, message in enumerate(messages) if "Traceback" in message or '"ERROR"' in message]
        failures += ["\n".join(messages[n : n + 60]) for n in bad]
    assert not failures, "\n\n".join(failures)
    active = "/v1/runs?status=INITIAL&status=STARTING&status=ACTIVE"
    until(lambda: call("GET", active).json, lambda runs: runs == [])
