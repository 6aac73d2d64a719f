"""Schedules on the local cloud, with IAM enforced: Scheduler fires, dispatch starts, what goes wrong is repaired."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.cloud import Cloud
from tests.local.signed import Caller, caller, until

MINUTE = 61  # seconds
EVERY_MINUTE = {"id": "minutely", "cron": "* * * * *"}


@pytest.fixture(scope="module")
def whole(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "schedules", "*")


@pytest.fixture
def call(whole: Caller) -> Iterator[Caller]:
    """The same; the jobs of a test go with it, so that no schedule fires in another's."""
    yield whole
    for job in whole("GET", "/v1/jobs?group=fires").json:
        whole("DELETE", f"/v1/jobs/{job['id']}?stopCurrentJobRuns=true")


def make(call: Caller, job: str, cmd: str, **schedule: Any) -> None:
    run = {"cpus": 0.25, "mem": 64, "disk": 0, "cmd": cmd, "env": {"LEVEL": "info"}}
    assert call("POST", "/v1/jobs", {"id": job, "run": run}).status == 201
    assert call("POST", f"/v1/jobs/{job}/schedules", EVERY_MINUTE | schedule).status == 201


def first_run(call: Caller, job: str) -> Any:
    return until(lambda: call("GET", f"/v1/jobs/{job}/runs?limit=1").json, bool)[0]


def dispatch(cloud: Cloud, job: str, minute: int) -> Any:
    firing = {"jobId": job, "scheduleId": "minutely", "scheduledTime": f"2026-01-02T12:{minute:02d}:00Z"}
    answer = cloud.client("lambda").invoke(
        FunctionName=cloud.outputs["DispatchFunctionName"], Payload=json.dumps(firing)
    )
    return json.loads(answer["Payload"].read())["result"]


def test_a_job_is_started_by_its_schedule(cloud: Cloud, call: Caller) -> None:
    said = 'echo "$SHIFTWORK_SCHEDULED_TIME $LEVEL"'
    make(call, "fires.alone", said, timezone="Europe/Rome", parameters={"LEVEL": "debug"})
    held = cloud.client("scheduler").get_schedule(
        GroupName=cloud.outputs["ScheduleGroupName"], Name="fires.alone_minutely"
    )
    assert (held["ScheduleExpression"], held["State"]) == ("cron(* * * * ? *)", "ENABLED")
    cloud.advance(MINUTE)
    run = call.finished("fires.alone", first_run(call, "fires.alone")["id"])
    assert (run["status"], run["scheduleId"], run["scheduledAt"][17:]) == ("SUCCESS", "minutely", "00.000+0000")
    (line,) = call.log("fires.alone", run["id"])
    assert line == f"{run['scheduledAt'][:19]}+00:00 debug"


def test_a_disabled_and_a_deleted_schedule_start_nothing(cloud: Cloud, call: Caller) -> None:
    make(call, "fires.off", "true", enabled=False)
    make(call, "fires.gone", "true")
    make(call, "fires.on", "true")
    assert call("DELETE", "/v1/jobs/fires.gone/schedules/minutely").status == 200
    cloud.advance(MINUTE)
    first_run(call, "fires.on")
    assert call("GET", "/v1/jobs/fires.off/runs?limit=1").json == []
    assert call("GET", "/v1/jobs/fires.gone/runs?limit=1").json == []


def test_of_fifty_ticks_at_once_forbid_starts_one(cloud: Cloud, call: Caller) -> None:
    make(call, "fires.forbid", "sleep 60", concurrencyPolicy="FORBID", startingDeadlineSeconds=10**9)
    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(lambda minute: dispatch(cloud, "fires.forbid", minute), range(50)))
    assert sorted(results) == ["run"] + ["skipped"] * 49
    assert len(call("GET", "/v1/jobs/fires.forbid/runs?limit=100").json) == 1
    assert len(call("GET", "/v1/jobs/fires.forbid/skips").json) == 49


def test_replace_stops_the_task_and_queue_waits_for_its_end(cloud: Cloud, call: Caller) -> None:
    more = {"concurrencyPolicy": "REPLACE", "startingDeadlineSeconds": 10**9}
    make(call, "fires.next", "sleep 60", **more)
    assert dispatch(cloud, "fires.next", 0) == "run"
    first = first_run(call, "fires.next")["id"]
    assert dispatch(cloud, "fires.next", 1) == "run"
    assert call.finished("fires.next", first)["reason"] == "STOPPED"
    queue = EVERY_MINUTE | more | {"concurrencyPolicy": "QUEUE"}
    assert call("PUT", "/v1/jobs/fires.next/schedules/minutely", queue).status == 200
    assert dispatch(cloud, "fires.next", 2) == "waits"
    (second,) = call("GET", "/v1/jobs/fires.next/runs").json
    call("POST", f"/v1/jobs/fires.next/runs/{second['id']}/actions/stop")
    until(lambda: [run["scheduledAt"][14:16] for run in call("GET", "/v1/jobs/fires.next/runs").json], ["02"].__eq__)


def test_a_missed_firing_is_taken_from_the_queue_and_shown(cloud: Cloud, call: Caller) -> None:
    make(call, "fires.late", "true")
    firing = {"jobId": "fires.late", "scheduleId": "minutely", "scheduledTime": "2026-01-02T12:00:00Z"}
    cloud.client("sqs").send_message(QueueUrl=cloud.outputs["MissedQueueUrl"], MessageBody=json.dumps(firing))
    run = first_run(call, "fires.late")
    assert (run["status"], run["reason"]) == ("FAILED", "MISSED")
    assert call("GET", "/v1/jobs/fires.late?embed=historySummary").json["historySummary"]["failureCount"] == 1


def test_a_paused_deployment_starts_nothing_and_says_so(cloud: Cloud, call: Caller) -> None:
    make(call, "fires.paused", "true")
    assert "pausedAt" in call("POST", "/v1/deployment/actions/pause").json
    cloud.advance(MINUTE)
    (skip,) = until(lambda: call("GET", "/v1/jobs/fires.paused/skips").json, bool)
    assert (skip["reason"], skip["message"]) == ("PAUSED", "The deployment is paused.")
    assert "pausedAt" not in call("POST", "/v1/deployment/actions/resume").json
    cloud.advance(MINUTE)
    assert call.finished("fires.paused", first_run(call, "fires.paused")["id"])["status"] == "SUCCESS"


def test_the_sweep_puts_back_what_a_dead_writer_has_not_brought_over(cloud: Cloud, call: Caller) -> None:
    """As after a call that wrote the table and died before it told Scheduler."""
    make(call, "fires.swept", "true")
    scheduler, group = cloud.client("scheduler"), cloud.outputs["ScheduleGroupName"]
    scheduler.delete_schedule(GroupName=group, Name="fires.swept_minutely")
    written = "2026-01-02T12:00:00+00:00"
    mark = {"PK": "JOB#fires.swept", "SK": "SYNC", "GSI1PK": "SYNC", "GSI1SK": f"{written}#fires.swept"}
    texts = {name: {"S": value} for name, value in (mark | {"writtenAt": written, "last": "t"}).items()}
    sets = {"writers": {"SS": ["t"]}, "schedules": {"SS": ["minutely"]}}
    cloud.client("dynamodb").put_item(TableName=cloud.outputs["TableName"], Item={**texts, **sets})
    answer = cloud.client("lambda").invoke(FunctionName=cloud.outputs["SweepFunctionName"], Payload=b"{}")
    swept = json.loads(answer["Payload"].read())
    # The sweep of every second minute may have come first, and may be at it still.
    nothing: dict[str, list[str]] = {"repaired": [], "runs": [], "rollouts": [], "erased": []}
    assert swept in [nothing | {"repaired": repaired} for repaired in (["fires.swept"], [])]
    named = {"GroupName": group, "NamePrefix": "fires.swept_minutely"}
    (schedule,) = until(lambda: scheduler.list_schedules(**named)["Schedules"], bool)
    assert schedule["State"] == "ENABLED"


def test_a_firing_that_scheduler_cannot_deliver_comes_through_the_queue(cloud: Cloud, call: Caller) -> None:
    """Its role may not invoke for a while: Scheduler tries until the deadline, then it is a dead letter."""
    make(call, "fires.queued", "true", startingDeadlineSeconds=60)
    held = cloud.client("scheduler").get_schedule(
        GroupName=cloud.outputs["ScheduleGroupName"], Name="fires.queued_minutely"
    )
    role, iam = held["Target"]["RoleArn"].rsplit("/", 1)[-1], cloud.client("iam")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    only_to_give_up = [one for one in document["Statement"] if one["Sid"] == "GiveUp"]
    iam.put_role_policy(
        RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document | {"Statement": only_to_give_up})
    )
    try:
        cloud.advance(3 * MINUTE)
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
    logs = cloud.client("logs")
    (group,) = [
        one["logGroupName"] for one in logs.describe_log_groups()["logGroups"] if "Missed" in one["logGroupName"]
    ]
    lines = until(lambda: logs.filter_log_events(logGroupName=group, filterPattern='"fires.queued"')["events"], bool)
    taken_up = json.loads(lines[0]["message"])
    assert (taken_up["message"], taken_up["result"]) == ("dispatched", "run")
    assert call.finished("fires.queued", taken_up["run_id"])["status"] == "SUCCESS"
