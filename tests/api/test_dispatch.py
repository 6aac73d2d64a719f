"""A schedule's firing: exactly one run, although the firing may be delivered twice; what the policies make of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from functions.aws import clients
from functions.events import dispatch, missed, settle
from functions.jobs.outcome import Outcome
from functions.jobs.run import RunStatus
from tests.api.conftest import CONTEXT, JOB, PATH, RUNS, SCHEDULES, Call

NOON = "2026-01-02T12:00:00Z"
LATE = 10 * 365 * 24 * 60 * 60  # seconds: these firings are of the past, and none is too late


def firing(minute: int = 0, schedule: str = "daily") -> dict[str, str]:
    """A firing of a schedule of team.job."""
    return {"jobId": "team.job", "scheduleId": schedule, "scheduledTime": f"2026-01-02T12:{minute:02d}:00Z"}


def fire(minute: int = 0) -> str:
    """Deliver a firing; what became of it."""
    result = dispatch.handler(firing(minute), CONTEXT)
    return result.get("reason") or result["result"]


def schedule(call: Call, policy: str = "ALLOW", **more: Any) -> None:
    """Give team.job the schedule."""
    document = {"id": "daily", "cron": "* * * * *", "startingDeadlineSeconds": LATE, "concurrencyPolicy": policy}
    if call("PUT", f"{SCHEDULES}/daily", document | more).status == 404:
        assert call("POST", SCHEDULES, document | more).status == 201


def active(call: Call) -> list[str]:
    """The times for which the active runs were scheduled, the latest first."""
    return [run["scheduledAt"][11:16] if run["scheduledAt"] else "call" for run in call("GET", RUNS).json]


def end(run: dict[str, Any], status: str = "SUCCEEDED") -> None:
    """The run's execution ends."""
    detail = {"name": run["id"], "status": status, "stopDate": 0, "input": '{"jobId": "team.job"}', "output": "{}"}
    settle.handler({"detail": detail | {"cause": ""}}, CONTEXT)


@pytest.fixture(autouse=True)
def job(call: Call) -> None:
    job = JOB | {"run": JOB["run"] | {"env": {"LEVEL": "info"}}}
    assert call("POST", "/v1/jobs", job).status == 201


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


def test_allow_starts_one_more(call: Call) -> None:
    schedule(call)
    assert [fire(minute) for minute in range(3)] == ["run"] * 3
    assert active(call) == ["12:02", "12:01", "12:00"]


def test_forbid_starts_none_while_one_is_active_and_says_so(call: Call) -> None:
    schedule(call, "FORBID")
    manual = call("POST", RUNS).json
    assert [fire(), fire()] == ["ACTIVE_RUN", "nothing to do"], "the second time it is known"
    (skip,) = call("GET", f"{PATH}/skips").json
    assert skip | {"scheduleId": "daily", "scheduledAt": "2026-01-02T12:00:00.000+0000", "reason": "ACTIVE_RUN"} == skip
    assert manual["id"] in skip["message"]
    end(manual)
    assert fire() == "nothing to do", "a firing that was skipped stays so"
    assert fire(1) == "run"
    assert call("POST", RUNS).status == 201, "a call ignores the policy"
    assert call("GET", f"{PATH}?embed=historySummary").json["historySummary"]["skipCount"] == 1


def test_replace_stops_what_is_active(call: Call) -> None:
    schedule(call, "REPLACE")
    manual = call("POST", RUNS).json
    assert [fire(), fire(2)] == ["run", "run"]
    assert active(call) == ["12:02"]
    replaced = call("GET", f"{RUNS}/{manual['id']}").json
    assert (replaced["status"], replaced["reason"]) == ("FAILED", "STOPPED")
    assert "schedule daily" in replaced["message"]
    assert fire(1) == "SUPERSEDED", "it comes late: the run of a later firing stays"
    assert active(call) == ["12:02"]


def test_queue_lets_one_wait_and_the_latest_wins(call: Call) -> None:
    schedule(call, "QUEUE")
    assert [fire(minute) for minute in (0, 1, 3, 2, 3)] == ["run", "waits", "waits", "SUPERSEDED", "waits"]
    skipped = [skip["scheduledAt"][11:16] for skip in call("GET", f"{PATH}/skips").json]
    assert skipped == ["12:02", "12:01"]
    assert active(call) == ["12:00"]
    (first,) = call("GET", RUNS).json
    for _ in range(2):  # the news may come twice
        end(first, "FAILED")
    assert active(call) == ["12:03"]
    (second,) = call("GET", RUNS).json
    end(second)
    assert active(call) == []
    assert fire(4) == "run", "nothing waits any more"


@contextmanager
def meanwhile(operation: str, happens: Callable[[], Any]) -> Iterator[None]:
    """Something happens just before the next call of an operation of DynamoDB or Step Functions."""
    todo, hands = [happens], [client.meta.events for client in (clients.dynamodb(), clients.stepfunctions())]

    def once(model: Any, **_: Any) -> None:
        if model.name == operation and todo:
            todo.pop()()

    for hand in hands:
        hand.register("before-call", once)
    yield
    for hand in hands:
        hand.unregister("before-call", once)


def test_a_firing_about_to_wait_starts_if_what_it_waits_for_ends(call: Call) -> None:
    schedule(call, "QUEUE")
    fire()
    (first,) = call("GET", RUNS).json
    with meanwhile("TransactWriteItems", lambda: end(first)):
        assert fire(1) == "run"
    assert fire(2) == "waits"
    (second,) = call("GET", RUNS).json
    success = Outcome(status=RunStatus.SUCCESS)
    runs = dispatch.dispatching().trigger.runs
    with meanwhile("TransactWriteItems", lambda: runs.settle("team.job", second["id"], success, datetime.now(UTC))):
        assert fire(3) == "run", "it took the place of the one that settle would have started"


def refused() -> None:
    raise ConnectionError


def test_what_settling_could_not_start_is_started_when_the_news_comes_again(call: Call) -> None:
    schedule(call, "QUEUE")
    assert [fire(), fire(1)] == ["run", "waits"]
    (first,) = call("GET", RUNS).json
    with meanwhile("StartExecution", refused), pytest.raises(ConnectionError):
        end(first)
    executions = dispatch.dispatching().trigger.executions
    (second,) = call("GET", RUNS).json
    assert not executions.exists(second["id"])
    end(first)
    assert executions.exists(second["id"])


def test_what_waits_for_a_run_without_an_execution_is_started_when_that_is_stopped(call: Call) -> None:
    schedule(call, "QUEUE")
    with meanwhile("StartExecution", refused), pytest.raises(ConnectionError):
        fire()
    assert fire(1) == "waits"
    (stuck,) = call("GET", RUNS).json
    assert call("POST", f"{RUNS}/{stuck['id']}/actions/stop").json["reason"] == "STOPPED"
    assert active(call) == ["12:01"]


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


def test_a_deleted_job_takes_its_skips_along(call: Call) -> None:
    schedule(call, "FORBID")
    fire()
    fire(1)
    call("DELETE", f"{PATH}?stopCurrentJobRuns=true")
    call("POST", "/v1/jobs", JOB)
    assert call("GET", f"{PATH}/skips").json == []


def test_what_waits_is_withdrawn_with_its_schedule(call: Call) -> None:
    schedule(call, "QUEUE")
    fire()
    fire(1)
    schedule(call, "QUEUE", enabled=False)
    end(call("GET", RUNS).json[0])
    assert active(call) == []
    assert [skip["reason"] for skip in call("GET", f"{PATH}/skips").json] == ["WITHDRAWN"]


def test_skips_are_listed_page_by_page(call: Call) -> None:
    schedule(call, "FORBID")
    for minute in range(4):
        fire(minute)
    first = call("GET", f"{PATH}/skips?limit=2")
    following = call("GET", first.headers["Link"].partition(">")[0].removeprefix("<"))
    assert [skip["scheduledAt"][14:16] for skip in (*first.json, *following.json)] == ["03", "02", "01"]
    assert call("GET", "/v1/jobs/gone/skips").status == 404


@pytest.mark.parametrize("wrap", [lambda body: body, lambda body: {"requestPayload": body, "version": "1.0"}])
def test_a_firing_that_comes_too_late_is_a_missed_run(call: Call, wrap: Any) -> None:
    schedule(call, startingDeadlineSeconds=60)
    message = {"messageId": "m", "body": json.dumps(wrap(firing()))}
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
