"""A schedule's firing: exactly one run, although the firing may be delivered twice, late, or not at all."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from functions.events import dispatch, missed
from tests.api.conftest import CONTEXT, JOB, PATH, RUNS, Call
from tests.api.firings import WITH_LEVEL, active, fire, firing, meanwhile, refused, schedule


@pytest.fixture(autouse=True)
def job(call: Call) -> None:
    assert call("POST", "/v1/jobs", WITH_LEVEL).status == 201


def test_a_firing_that_is_delivered_twice_is_one_run(call: Call) -> None:
    schedule(call, parameters={"LEVEL": "debug"})
    first, second = (dispatch.handler(firing(), CONTEXT) for _ in range(2))
    assert first == second
    (run,) = call("GET", RUNS).json
    told = {"id": first["runId"], "scheduleId": "daily", "scheduledAt": "2026-01-02T12:00:00.000+0000"}
    assert run | told | {"parameters": {"LEVEL": "debug"}} == run


def test_a_firing_that_nobody_wants_any_more_starts_nothing(call: Call) -> None:
    assert fire() == "nothing to do", "its schedule is gone"
    schedule(call, enabled=False)
    assert fire() == "nothing to do"
    schedule(call, cron="* * 1-7 * 1")
    assert fire() == "nothing to do", "the 2nd was a Friday: Scheduler fires on days that the other field excludes"
    call("DELETE", PATH)
    assert fire() == "nothing to do"


def test_a_run_that_could_not_be_started_in_time_is_missed(call: Call) -> None:
    schedule(call)
    for minute in (0, 1):
        with meanwhile("StartExecution", refused), pytest.raises(ConnectionError):
            fire(minute)
    assert fire() == "run", "delivered again, it is started"
    schedule(call, startingDeadlineSeconds=60)
    assert [fire(), fire(1)] == ["run", "run"]
    runs = {run["scheduledAt"][14:16]: run for run in call("GET", f"{RUNS}?limit=9").json}
    assert runs["00"]["status"] == "INITIAL", "its execution goes on"
    assert (runs["01"]["status"], runs["01"]["reason"]) == ("FAILED", "MISSED")


def test_a_deleted_run_does_not_come_back_when_its_firing_does(call: Call) -> None:
    schedule(call)
    fire()
    (run,) = call("GET", RUNS).json
    call("POST", f"{RUNS}/{run['id']}/actions/stop")
    assert call("DELETE", f"{RUNS}/{run['id']}").status == 200
    assert fire() == "nothing to do"
    assert call("GET", f"{RUNS}?limit=9").json == []
    (skip,) = call("GET", f"{PATH}/skips").json
    assert (skip["reason"], skip["message"]) == ("WITHDRAWN", "The run was deleted.")
    assert call("GET", f"{PATH}?embed=historySummary").json["historySummary"]["skipCount"] == 0


def test_a_deleted_job_takes_its_skips_along(call: Call) -> None:
    schedule(call, "FORBID")
    fire()
    fire(1)
    call("DELETE", f"{PATH}?stopCurrentJobRuns=true")
    call("POST", "/v1/jobs", JOB)
    assert call("GET", f"{PATH}/skips").json == []


def test_skips_are_listed_page_by_page(call: Call) -> None:
    schedule(call, "FORBID")
    for minute in range(4):
        fire(minute)
    first = call("GET", f"{PATH}/skips?limit=2")
    following = call("GET", first.headers["Link"].partition(">")[0].removeprefix("<"))
    assert [skip["scheduledAt"][14:16] for skip in (*first.json, *following.json)] == ["03", "02", "01"]
    assert call("GET", "/v1/jobs/gone/skips").status == 404


@pytest.mark.parametrize(
    "wrap",
    [
        lambda body: body,
        lambda body: {"requestPayload": body, "version": "1.0"},
        lambda body: {"FunctionName": "dispatch", "InvocationType": "Event", "Payload": json.dumps(body)},
        lambda body: {
            "FunctionName": "dispatch",
            "Payload": body | {"scheduledTime": "<aws.scheduler.scheduled-time>"},
        },
    ],
)
def test_a_firing_that_comes_too_late_is_a_missed_run(call: Call, wrap: Any) -> None:
    schedule(call, startingDeadlineSeconds=60)
    told = {"SCHEDULED_TIME": {"dataType": "String", "stringValue": firing()["scheduledTime"]}}
    message = {"messageId": "m", "body": json.dumps(wrap(firing())), "messageAttributes": told}
    for _ in range(2):
        assert missed.handler({"Records": [message]}, CONTEXT) == {"batchItemFailures": []}
    assert active(call) == []
    job = call("GET", f"{PATH}?embed=history").json
    assert job["history"]["failureCount"] == 1
    (finished,) = job["history"]["failedFinishedRuns"]
    run = call("GET", f"{RUNS}/{finished['id']}").json
    assert (run["status"], run["reason"], run["scheduledAt"][:16]) == ("FAILED", "MISSED", "2026-01-02T12:00")
    assert "startingDeadlineSeconds" in run["message"]


def test_a_message_that_cannot_be_handled_comes_again_and_holds_up_no_other(call: Call) -> None:
    schedule(call)
    messages = [{"messageId": "bad", "body": "{}"}, {"messageId": "good", "body": json.dumps(firing())}]
    assert missed.handler({"Records": messages}, CONTEXT) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert active(call) == ["12:00"]


def test_what_there_is_no_time_for_comes_again(call: Call) -> None:
    schedule(call)
    soon_over: Any = SimpleNamespace(**{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: 5000})
    message = {"messageId": "m", "body": json.dumps(firing())}
    assert missed.handler({"Records": [message]}, soon_over) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert active(call) == []
