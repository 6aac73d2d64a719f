"""Today's machines and functions after an update: they go on with what each recorded release has left in AWS."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from functions.aws import clients
from functions.events import dispatch, follow, react, roll_out, track
from functions.jobs.model.run import RunStatus
from functions.wiring import platform
from tests.api.conftest import CONTEXT
from tests.api.firings import end
from tests.api.fleets.fleet import Fleet
from tests.releases.recording import FILES, Recorded, load, paths, read
from tests.releases.story import CHILD, DELETED, MAIN, PARTS, PUMPS, TEAM, firing, task_news, told
from tests.state_machines.machine import Trace, execute
from tests.state_machines.runs import CONTAINER, DONE, FLEET, TASKS, failed
from tests.state_machines.test_run_container import camel

MODEL = botocore.session.get_session().get_service_model("ecs")
INPUTS = [
    pytest.param(one["machine"], one["input"], id=f"{file.stem}-{one['machine']}-{number}")
    for file in FILES
    for number, one in enumerate(read(file)["inputs"])
]
LATE = datetime.now(UTC) + timedelta(hours=1)  # no function of the old release is at work any more
# They depend on the clock.
PASSING = {"nextRunAt", "nextRunTimes", "lastUsedAt"}


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def old(request: pytest.FixtureRequest, fleet: Fleet) -> Recorded:
    """What a release has left, in AWS as it was; all functions are today's."""
    recorded = read(request.param)
    load(recorded)
    return recorded


@pytest.mark.parametrize(("machine", "given"), INPUTS)
def test_a_machine_carries_out_what_an_old_function_asked_for(machine: str, given: dict[str, Any]) -> None:
    trace = carry(machine, given)
    assert trace.status == "SUCCEEDED", (trace.error, trace.cause)
    if machine == "run_container":
        [asked] = trace.arguments
        validate_parameters(camel(asked), MODEL.shape_for("RunTaskRequest"))
        assert (asked["TaskDefinition"], asked["Group"]) == (given["taskDefinition"], given["runId"])
        assert asked["NetworkConfiguration"]["AwsvpcConfiguration"]["Subnets"] == given["subnets"]
        main = asked["Overrides"]["ContainerOverrides"][0]
        assert [pair for pair in given["environment"] if pair not in main["Environment"]] == []
        assert main.get("Command", []) == given["command"]
        assert asked["Overrides"].get("Cpu", "") == given["cpu"]


@pytest.mark.parametrize(("machine", "given"), [one for one in INPUTS if one.values[0] == "run_container"])
def test_a_machine_keeps_to_an_old_retry_policy(machine: str, given: dict[str, Any]) -> None:
    tries = given["retry"]["attempts"]
    trace = execute(CONTAINER, given, iter([failed(1)] * (tries - 1) + [DONE]))
    assert (trace.status, len(trace.arguments)) == ("SUCCEEDED", tries)
    assert len(trace.waited) == tries - 1
    ended = execute(CONTAINER, given, iter([failed(1)] * tries))
    assert (ended.status, ended.error) == ("FAILED", "States.TaskFailed")


def test_the_api_answers_about_old_items_as_it_did(old: Recorded, fleet: Fleet) -> None:
    """An answer may have more fields than it had then, and none less."""
    assert set(old["answers"]) == set(paths(old["runs"]))
    for path, before in old["answers"].items():
        answer = fleet.call("GET", path)
        assert answer.status == 200, (path, answer.text)
        assert list(differences(before, answer.json, path)) == []


def test_old_runs_end_and_what_waited_for_them_starts(old: Recorded, fleet: Fleet) -> None:
    runs = old["runs"]
    assert list(platform().firings.waiting(None)) == [TEAM]
    for name in ("fired", "called", "again"):
        end({"id": runs[name], "jobId": TEAM}, at=datetime.now(UTC).timestamp())
        assert read_run(fleet, TEAM, runs[name])["status"] == "SUCCESS"
    assert list(platform().firings.waiting(None)) == [], "the firing that waited has started a run"
    children = {run["causeId"] for run in fleet.call("GET", f"/v1/jobs/{CHILD}/runs").json}
    assert runs["again"] in children, "the job that depends on it has started"


def test_an_old_run_is_stopped_and_an_old_task_followed(old: Recorded, fleet: Fleet) -> None:
    run = old["runs"]["parts"]
    before = fleet.call("GET", f"/v1/jobs/{PARTS}/runs/{run}/tasks?status=ACTIVE").json
    track.handler({"detail": task_news(run, 1, "RUNNING")}, CONTEXT)
    after = fleet.call("GET", f"/v1/jobs/{PARTS}/runs/{run}/tasks?status=ACTIVE").json
    assert (len(before), len(after)) == (2, 3)
    platform().executions.start(platform().runs.get(PARTS, run))  # type: ignore[arg-type]
    stopped = fleet.call("POST", f"/v1/jobs/{PARTS}/runs/{run}/actions/stop")
    assert stopped.status == 200
    assert read_run(fleet, PARTS, run)["reason"] == "STOPPED"


def test_what_aws_has_kept_of_the_old_release_still_starts_runs(old: Recorded, fleet: Fleet) -> None:
    """Scheduler and event rules send what was given to them at a save; callers of hooks have their secret."""
    results = set()
    for sent in old["schedules"]:
        fired = sent | {"scheduledTime": "2026-01-03T05:00:00Z"}
        results.add(dispatch.handler(fired, CONTEXT)["result"])
    assert results == {"run", "skipped", "waits"}, "one too late, one besides an active run, one that waits already"
    [rule] = old["rules"]
    text = rule["InputTemplate"].replace("<aws.events.event.json>", json.dumps(told(2)["event"]))
    assert react.handler(json.loads(text), CONTEXT)["result"] == "run"
    again = react.handler(told(1), CONTEXT)
    assert again["runId"] == old["runs"]["reacted"], "an event that comes again starts nothing"
    again = dispatch.handler(firing("queued", 1), CONTEXT)
    assert (again["runId"], again["result"]) == (old["runs"]["fired"], "run")
    headers = {"x-shiftwork-hook-token": old["hook"]["secret"]}
    assert fleet.call("POST", f"/hooks/{old['hook']['id']}", {"imageTag": "2"}, headers=headers).status == 201


def test_an_old_rollout_goes_on_and_ends(old: Recorded, fleet: Fleet) -> None:
    """The call of an old execution creates the IoT job that it was waiting for, and an event ends its devices."""
    begun, fresh = old["runs"]["rolled out"], old["runs"]["not rolled out"]
    for run in (begun, fresh):
        platform().executions.start(platform().runs.get(PUMPS, run))  # type: ignore[arg-type]
        fleet.waiting.enter(run)
    for call in (call for call in old["calls"] if "close" not in call and call["runId"] == fresh):
        assert roll_out.handler(call | {"token": f"{fresh} 1"}, CONTEXT) == {}
    assert read_run(fleet, PUMPS, fresh)["status"] == "ACTIVE"
    event: dict[str, Any] = {"eventType": "JOB_EXECUTION", "operation": "failed", "jobId": f"shiftwork-test-{begun}"}
    event |= {"thingArn": "arn:aws:iot:eu-central-1:123456789012:thing/pump-2", "status": "FAILED"}
    event |= {"timestamp": int(datetime.now(UTC).timestamp()), "executionNumber": 1, "versionNumber": 9}
    follow.handler(event | {"topic": f"$aws/events/jobExecution/shiftwork-test-{begun}/failed"}, CONTEXT)
    counts = read_run(fleet, PUMPS, begun)["devices"]["counts"]
    assert (counts["SUCCEEDED"], counts["FAILED"]) == (1, 1)
    closes = [call for call in old["calls"] if "close" in call]
    assert {roll_out.handler(call, CONTEXT)["error"] for call in closes} == {"Shiftwork.Deadline"}


def test_old_definitions_are_changed_rolled_back_and_deleted(old: Recorded, fleet: Fleet) -> None:
    call, job = fleet.call, f"/v1/jobs/{TEAM}"
    assert call("PUT", job, MAIN | {"description": "changed"}).status == 200
    assert call("POST", f"{job}/revisions/1/actions/rollback").status == 200
    assert call("DELETE", f"{job}/hooks/{old['hook']['id']}").status == 200
    assert call("DELETE", f"{job}/schedules/alone").status == 200
    assert call("DELETE", f"/v1/jobs/{CHILD}?stopCurrentJobRuns=true").status == 200
    assert call("DELETE", f"{job}?stopCurrentJobRuns=true").status == 200
    platform().syncer.sweep_marks(LATE)
    left = clients.dynamodb().scan(TableName="shiftwork")["Items"]
    assert [item for item in left if item["PK"]["S"] in (f"JOB#{TEAM}", f"JOB#{CHILD}")] == []


def test_the_sweep_repairs_what_an_old_function_left(old: Recorded, fleet: Fleet) -> None:
    """Scheduler has not got a schedule yet, and the runs have no executions."""
    assert [mark.job_id for mark in platform().syncer.sweep_marks(LATE)] == [TEAM]
    waiting = {run.id for run in platform().runs.active(None) if run.status is RunStatus.INITIAL}
    assert len(waiting) > 2
    assert set(platform().sweeper.sweep_runs(LATE, lambda: True)) >= waiting
    assert all(platform().executions.exists(run) for run in platform().runs.active(None) if run.id in waiting)


def test_the_sweep_erases_the_jobs_that_an_old_function_has_deleted(old: Recorded, fleet: Fleet) -> None:
    """The task definitions that the old release registered are not in this account."""
    assert set(platform().eraser.sweep_deletions(LATE, lambda: True)) == set(DELETED)
    left = clients.dynamodb().scan(TableName="shiftwork")["Items"]
    assert [item for item in left if item["PK"]["S"] in [f"JOB#{job}" for job in DELETED]] == []


def carry(machine: str, given: dict[str, Any]) -> Trace:
    """Carry out an old input. Its time limit is over by now, so it is moved."""
    if machine == "run_fleet":
        later = given | {"deadline": 1000 * int(LATE.timestamp())}
        return execute(FLEET, later, iter([{"devices": {}, "message": ""}]))
    if machine == "run_tasks":
        return execute(TASKS, given, lambda *_: {"Output": DONE})
    return execute(CONTAINER, given, iter([DONE]))


def read_run(fleet: Fleet, job: str, run: str) -> dict[str, Any]:
    """A run, as the API answers."""
    return dict(fleet.call("GET", f"/v1/jobs/{job}/runs/{run}").json)


def differences(before: Any, after: Any, path: str) -> Any:
    """Yield the fields that an answer no longer has, or that differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in before.keys() - PASSING:
            yield from differences(before[name], after.get(name), f"{path} {name}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, f"{path} {number}")
    elif before != after:
        yield path, before, after
