"""A job that starts when the jobs before it have succeeded."""

import time

import pytest

from functions.aws import clients
from functions.events import settle
from tests.api.conftest import CONTEXT, Call, job_after
from tests.api.firings import started


def end(call: Call, job_id: str, status: str = "SUCCEEDED") -> None:
    """Run a job to its end; the event of the end comes twice."""
    run = call("POST", f"/v1/jobs/{job_id}/runs").json
    ended = {"name": run["id"], "status": status, "input": f'{{"jobId": "{job_id}"}}', "output": "{}", "cause": "{}"}
    for _ in range(2):
        settle.handler({"detail": ended | {"stopDate": time.time() * 1000}}, CONTEXT)


def runs_of(call: Call, job_id: str) -> int:
    return len(call("GET", f"/v1/jobs/{job_id}/runs?limit=100").json)


def test_a_child_starts_once_when_all_of_its_parents_have_succeeded_since_its_last_start(call: Call) -> None:
    for document in (job_after("a"), job_after("b"), job_after("child", "a", "b"), job_after("grandchild", "child")):
        call("POST", "/v1/jobs", document)
    end(call, "a")
    assert runs_of(call, "child") == 0
    end(call, "b", "FAILED")
    assert runs_of(call, "child") == 0
    end(call, "b")
    assert runs_of(call, "child") == 1
    end(call, "b")
    assert runs_of(call, "child") == 1, "a has not succeeded since the child started"
    end(call, "a", "FAILED")
    end(call, "a")
    assert (runs_of(call, "child"), runs_of(call, "grandchild")) == (2, 0)


def test_a_failed_child_starts_again_at_the_next_success(call: Call) -> None:
    call("POST", "/v1/jobs", job_after("a"))
    call("POST", "/v1/jobs", job_after("child", "a"))
    end(call, "a")
    (run,) = call("GET", "/v1/jobs/child/runs").json
    call("POST", f"/v1/jobs/child/runs/{run['id']}/actions/stop")
    end(call, "a")
    assert runs_of(call, "child") == 2


def test_a_job_may_wait_for_a_failure_or_for_any_end(call: Call) -> None:
    call("POST", "/v1/jobs", job_after("a"))
    for rule in ("SUCCESS", "FAILURE", "ANY"):
        after = job_after(f"on-{rule.lower()}") | {"dependencies": [{"id": "a", "on": rule}]}
        assert call("POST", "/v1/jobs", after).status == 201

    def started() -> list[int]:
        return [runs_of(call, f"on-{rule}") for rule in ("success", "failure", "any")]

    end(call, "a", "FAILED")
    assert started() == [0, 1, 1]
    end(call, "a")
    assert started() == [1, 1, 2]
    end(call, "a", "FAILED")
    assert started() == [1, 2, 3]


def test_news_of_an_older_end_does_not_undo_a_later_one(call: Call) -> None:
    call("POST", "/v1/jobs", job_after("a"))
    call("POST", "/v1/jobs", job_after("child", "a"))
    first, second = (call("POST", "/v1/jobs/a/runs").json for _ in range(2))
    now = time.time() * 1000
    for run, status, moment in ((second, "FAILED", now), (first, "SUCCEEDED", now - 5000)):
        detail = {"name": run["id"], "status": status, "input": '{"jobId": "a"}', "output": "{}", "cause": "{}"}
        settle.handler({"detail": detail | {"stopDate": moment}}, CONTEXT)
    assert runs_of(call, "child") == 0, "the latest run of a has failed"
    summary = call("GET", "/v1/jobs/a?embed=historySummary").json["historySummary"]
    assert (summary["successCount"], summary["failureCount"]) == (1, 1)
    end(call, "a")
    assert runs_of(call, "child") == 1


def test_a_child_that_could_not_be_started_is_started_when_the_news_comes_again(call: Call) -> None:
    def refused(**_: object) -> None:
        raise ConnectionError

    call("POST", "/v1/jobs", job_after("a"))
    call("POST", "/v1/jobs", job_after("child", "a"))
    run = call("POST", "/v1/jobs/a/runs").json
    detail = {"name": run["id"], "status": "SUCCEEDED", "input": '{"jobId": "a"}', "output": "{}"}
    event = {"detail": detail | {"stopDate": time.time() * 1000}}
    events = clients.stepfunctions().meta.events
    events.register("before-call.stepfunctions.StartExecution", refused)
    with pytest.raises(ConnectionError):
        settle.handler(event, CONTEXT)
    events.unregister("before-call.stepfunctions.StartExecution", refused)
    (child,) = call("GET", "/v1/jobs/child/runs").json
    assert not started(child)
    settle.handler(event, CONTEXT)
    assert started(child)


def test_an_end_starts_a_child_once_although_clocks_differ_and_its_run_is_kept_no_longer(call: Call) -> None:
    """Step Functions says when a run ended; it may be ahead of the function that starts the child."""
    call("POST", "/v1/jobs", job_after("a"))
    call("POST", "/v1/jobs", job_after("child", "a") | {"retention": {"successes": 0}})
    run = call("POST", "/v1/jobs/a/runs").json
    detail = {"name": run["id"], "status": "SUCCEEDED", "input": '{"jobId": "a"}', "output": "{}"}
    event = {"detail": detail | {"stopDate": (time.time() + 2) * 1000}}
    settle.handler(event, CONTEXT)
    (child,) = call("GET", "/v1/jobs/child/runs").json
    ended = detail | {"name": child["id"], "input": '{"jobId": "child"}', "stopDate": (time.time() + 3) * 1000}
    settle.handler({"detail": ended}, CONTEXT)
    settle.handler(event, CONTEXT)
    assert runs_of(call, "child") == 0
