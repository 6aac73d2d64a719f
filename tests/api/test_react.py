"""What an event does that fits a job's pattern: one run, however often it is told, with what it says of parameters."""

from typing import Any

import pytest

from functions.aws import clients
from functions.events import react
from functions.wiring import platform
from tests.api.conftest import CONTEXT, JOB, PATH, RUNS, Call
from tests.api.firings import end, meanwhile, refused, started
from tests.conftest import STATE_MACHINE

PATHS = {
    "KEY": "$.detail.object.key",
    "SIZE": "$.detail.object.size",
    "TAGS": "$.detail.tags",
    "SECOND": "$.resources[1]",
    "KIND": "$.detail-type",
    "GONE": "$.detail.nothing.here",
    "NULL": "$.detail.version",
    "FAR": "$.resources[7]",
}
EVENTFUL = JOB | {
    "parameters": {name: {"default": "none"} for name in PATHS},
    "events": [{"id": "uploaded", "pattern": {"source": ["aws.s3"]}, "parameters": PATHS}],
}


def told(event_id: str = "uploaded", **changes: Any) -> dict[str, Any]:
    """What React gets of an event (EventBridge User Guide, "Amazon S3 events": Object Created)."""
    content = {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "123456789012",
        "time": "2026-01-02T03:04:05Z",
        "region": "eu-central-1",
        "resources": ["arn:aws:s3:::in", 'with "quotes"'],
        "detail": {"object": {"key": 'a/"b".csv', "size": 1024}, "tags": ["é", True], "version": None},
    }
    return {"jobId": "team.job", "eventId": event_id, "event": content | changes}


def tell(*args: Any, **changes: Any) -> dict[str, str]:
    return react.handler(told(*args, **changes), CONTEXT)


def test_an_event_starts_a_run_with_what_it_says(call: Call, aws_calls: list[str]) -> None:
    call("POST", "/v1/jobs", EVENTFUL)
    aws_calls.clear()
    answer = tell()
    assert aws_calls == ["BatchGetItem", "TransactWriteItems", "StartExecution"]
    (run,) = call("GET", RUNS).json
    assert (run["id"], run["cause"], run["causeId"]) == (answer["runId"], "EVENT", "uploaded")
    assert run["id"].startswith("20260102030405"), "it sorts by the event's time"
    assert run["parameters"] == {
        "KEY": 'a/"b".csv',
        "SIZE": "1024",
        "TAGS": '["é", true]',
        "SECOND": 'with "quotes"',
        "KIND": "Object Created",
    }


def test_the_same_event_told_again_changes_nothing(call: Call) -> None:
    call("POST", "/v1/jobs", EVENTFUL)
    first = tell()
    assert tell() == first
    (run,) = call("GET", RUNS).json
    end(run)
    assert tell()["status"] == "SUCCESS"
    assert call("DELETE", f"{RUNS}/{run['id']}").status == 200
    assert tell()["result"] == "no run", "retention may be quicker than EventBridge"
    assert call("GET", RUNS).json == []


def test_other_events_and_a_replay_start_their_own_runs(call: Call) -> None:
    second = {"id": "second", "pattern": {"source": ["aws.s3"]}}
    call("POST", "/v1/jobs", EVENTFUL | {"events": [*EVENTFUL["events"], second]})
    runs = {
        tell()["runId"],
        tell("second")["runId"],
        tell(id="another")["runId"],
        tell(**{"replay-name": "r"})["runId"],
    }
    assert len(runs) == 4
    assert {run["id"] for run in call("GET", RUNS).json} == runs


@pytest.mark.parametrize("operation", ["TransactWriteItems", "StartExecution"])
def test_a_run_whose_start_failed_is_started_when_the_event_comes_again(call: Call, operation: str) -> None:
    call("POST", "/v1/jobs", EVENTFUL)
    with meanwhile(operation, refused), pytest.raises(ConnectionError):
        tell()
    tell()
    (run,) = call("GET", RUNS).json
    assert started(run)


def test_an_event_that_the_job_has_no_more_starts_nothing(call: Call) -> None:
    assert tell()["reason"] == "The job no longer has this event trigger."
    call("POST", "/v1/jobs", EVENTFUL)
    call("PUT", PATH, JOB)
    assert tell()["result"] == "no run"
    call("PUT", PATH, EVENTFUL)
    with meanwhile("TransactWriteItems", lambda: call("DELETE", PATH)):
        assert tell()["result"] == "no run"


def test_the_job_as_it_is_now_decides_not_the_rule(call: Call) -> None:
    call("POST", "/v1/jobs", EVENTFUL)
    only_key = [EVENTFUL["events"][0] | {"parameters": {"KEY": "$.detail.object.key"}}]
    with meanwhile("TransactWriteItems", lambda: call("PUT", PATH, EVENTFUL | {"events": only_key})):
        tell()
    (run,) = call("GET", RUNS).json
    assert run["parameters"] == {"KEY": 'a/"b".csv'}


@pytest.mark.parametrize(
    ("path", "words"),
    [(PATH, "Job team.job is paused."), ("/v1/groups/team", "Group team"), ("/v1/deployment", "The deployment")],
)
def test_while_something_is_paused_no_run_starts(call: Call, path: str, words: str) -> None:
    call("POST", "/v1/jobs", EVENTFUL)
    assert call("POST", f"{path}/actions/pause").status == 200
    assert tell()["reason"].startswith(words)
    assert call("GET", RUNS).json == call("GET", f"{PATH}/skips").json == []
    call("POST", f"{path}/actions/resume")
    assert tell()["result"] == "run"


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"KEY": {"required": True}, "GONE": {"required": True}}, "/parameters/GONE"),
        ({"KEY": {"allowed": ["a.csv", "b.csv"]}, "GONE": {}}, "a.csv, b.csv"),
    ],
)
def test_an_event_that_says_too_little_or_the_wrong_leaves_a_run_that_has_failed(
    call: Call, declared: dict[str, Any], words: str
) -> None:
    paths = {"KEY": PATHS["KEY"], "GONE": PATHS["GONE"]}
    event = EVENTFUL["events"][0] | {"parameters": paths}
    call("POST", "/v1/jobs", JOB | {"parameters": declared, "events": [event]})
    assert [tell()["status"] for _ in range(2)] == ["FAILED"] * 2
    (failed,) = call("GET", f"{PATH}?embed=history").json["history"]["failedFinishedRuns"]
    run = call("GET", f"{RUNS}/{failed['id']}").json
    assert (run["reason"], run["cause"], run["causeId"]) == ("START_FAILED", "EVENT", "uploaded")
    assert "17793124-05d4-b198-2fde-7ededc63b103" in run["message"]
    assert words in run["message"]
    assert call("GET", f"{PATH}?embed=historySummary").json["historySummary"]["failureCount"] == 1
    found = platform().runs.get("team.job", run["id"])
    assert found
    assert not platform().executions.exists(found)


def test_what_an_event_said_is_not_told_where_the_run_is(call: Call) -> None:
    """The message goes on the bus of status events and into the log; values may be private."""
    event = EVENTFUL["events"][0] | {"parameters": {"KEY": PATHS["KEY"]}}
    call("POST", "/v1/jobs", JOB | {"parameters": {"KEY": {"allowed": ["a.csv"]}}, "events": [event]})
    answer = tell(detail={"object": {"key": "private.csv"}})
    assert (answer["status"], "private" in answer["reason"]) == ("FAILED", False)


def test_half_a_character_in_an_event_leaves_a_run_that_has_failed(call: Call) -> None:
    call("POST", "/v1/jobs", EVENTFUL)
    for number, key in enumerate(("\ud800", ["\udfff"])):
        answer = tell(id=str(number), detail={"object": {"key": key}})
        assert (answer["status"], "/parameters/KEY" in answer["reason"]) == ("FAILED", True)


def test_what_is_too_long_for_a_task_leaves_a_run_that_has_failed(call: Call) -> None:
    call("POST", "/v1/jobs", EVENTFUL)
    assert tell(detail={"object": {"key": "x" * 9000}})["status"] == "FAILED"
    assert clients.stepfunctions().list_executions(stateMachineArn=STATE_MACHINE)["executions"] == []
