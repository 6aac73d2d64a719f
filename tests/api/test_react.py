"""What an event does that fits a job's pattern: one run, however often it is told, with what it says of parameters."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.aws import clients
from functions.events import react
from functions.jobs.model.event import JobEvent
from functions.jobs.model.firing import Skip
from functions.jobs.model.rate import DEFAULT_RATE
from functions.jobs.model.run import Run
from functions.jobs.runs.react import DECIDED
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
    assert aws_calls == ["BatchGetItem", "UpdateItem", "TransactWriteItems", "StartExecution"]
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


def react_at(second: int, number: int) -> Any:
    """Deliver an event some seconds after the beginning of a minute; return what the function answers."""
    content = told(id=f"event-{number}")["event"]
    event = JobEvent(job_id="team.job", event_id="uploaded", content=content)
    return platform().reactor.react_to_event(event, datetime(2026, 1, 2, 3, 4, tzinfo=UTC) + timedelta(seconds=second))


def test_events_start_as_many_runs_a_minute_as_the_job_allows_and_the_others_are_skips(call: Call) -> None:
    second = {"id": "second", "pattern": {"source": ["aws.s3"]}}
    call("POST", "/v1/jobs", EVENTFUL | {"eventRatePerMinute": 2, "events": [*EVENTFUL["events"], second]})
    results = [react_at(at, number) for number, at in enumerate((0, 30, 59, 60, 61, 119, 130))]
    assert [isinstance(one, Run) for one in results] == [True, True, False, True, True, False, True]
    assert len(call("GET", RUNS).json) == 5
    late, early = call("GET", f"{PATH}/skips").json
    assert {one["reason"] for one in (late, early)} == {"RATE"}
    assert (early["scheduleId"], early["eventId"], early["scheduledAt"]) == (
        *(None, "uploaded"),
        "2026-01-02T03:04:05.000+0000",
    )
    assert "eventRatePerMinute" in early["message"]
    assert call("GET", f"{PATH}?embed=historySummary").json["historySummary"]["skipCount"] == 2
    assert react_at(200, 2) == DECIDED, "a skipped event that is delivered again stays skipped"
    assert len(call("GET", f"{PATH}/skips").json) == 2


def test_events_without_what_the_job_requires_count_too(call: Call) -> None:
    """Otherwise two jobs that start each other could fail for ever."""
    required = {"parameters": {"KEY": {"required": True}}, "eventRatePerMinute": 1}
    events = [{"id": "uploaded", "pattern": {"source": ["aws.s3"]}, "parameters": {"KEY": "$.detail.gone"}}]
    assert call("POST", "/v1/jobs", JOB | required | {"events": events}).status == 201
    assert isinstance(react_at(0, 0), Run)
    assert isinstance(react_at(1, 1), Skip)


def test_a_job_without_a_rate_has_that_of_hooks(call: Call) -> None:
    call("POST", "/v1/jobs", EVENTFUL)
    starts = platform().event_starts
    now = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    assert all(starts.count("team.job", DEFAULT_RATE, now) for _ in range(60))
    assert isinstance(react_at(30, 0), Skip)
    assert isinstance(react_at(60, 1), Run)
    late = now + timedelta(seconds=59)
    assert starts.count("team.job", DEFAULT_RATE, late), "a function whose clock is late counts in the new minute"


def test_what_a_pattern_sees_of_the_jobs_own_runs_is_refused_at_save(call: Call) -> None:
    loop = {"id": "loop", "pattern": {"source": ["aws.ecs"]}}
    refused = call("POST", "/v1/jobs", JOB | {"events": [EVENTFUL["events"][0] | {"parameters": {}}, loop]})
    assert refused.status == 422
    (detail,) = refused.json["details"]
    assert detail["path"] == "/events(1)/pattern"
    assert "would start itself" in detail["errors"][0]
    assert call("GET", PATH).status == 404
