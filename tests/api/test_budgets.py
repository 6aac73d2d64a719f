"""The budgets of AWS calls: by counts, not by the clock."""

from typing import Any

import pytest

from functions.events import dispatch, settle
from tests.api.conftest import CONTEXT, JOB, NIGHTLY, RUNS, SCHEDULES, Call
from tests.api.firings import end


@pytest.mark.parametrize(
    ("method", "path", "budget"),
    [
        ("GET", "/v1/jobs/team.job", ["GetItem"]),
        ("GET", "/v1/jobs", ["Query"]),
        ("GET", "/v1/jobs?embed=historySummary", ["Query", "BatchGetItem"]),
        ("POST", RUNS, ["TransactWriteItems", "StartExecution"]),
    ],
)
def test_budget_of_aws_calls(
    call: Call, run: dict[str, Any], aws_calls: list[str], method: str, path: str, budget: list[str]
) -> None:
    assert call(method, path).status < 300
    assert aws_calls == budget


def test_budget_of_a_firing(call: Call, aws_calls: list[str]) -> None:
    call("POST", "/v1/jobs", JOB | {"schedules": [NIGHTLY | {"startingDeadlineSeconds": 10**9}]})
    aws_calls.clear()
    firing = {"jobId": "team.job", "scheduleId": "nightly", "scheduledTime": "2026-01-02T03:00:00Z"}
    assert dispatch.handler(firing, CONTEXT)["result"] == "run"
    assert aws_calls == ["BatchGetItem", "TransactWriteItems", "StartExecution"]


def test_budget_of_saving_a_schedule(call: Call, run: dict[str, Any], aws_calls: list[str]) -> None:
    assert call("POST", SCHEDULES, NIGHTLY).status == 201
    in_scheduler = ["UpdateSchedule", "CreateSchedule"]
    assert aws_calls == ["GetItem", "TransactWriteItems", *in_scheduler, "DeleteItem"], "the last takes the mark away"


def test_budget_of_settling(call: Call, run: dict[str, Any], aws_calls: list[str]) -> None:
    ended = {"name": run["id"], "status": "SUCCEEDED", "stopDate": 0, "input": '{"jobId": "team.job"}', "output": "{}"}
    settle.handler({"detail": ended}, CONTEXT)
    assert aws_calls == ["TransactWriteItems", "BatchGetItem"], "the second asks who waits for its success"


def test_news_that_come_again_start_no_run_that_somebody_else_has_put(
    call: Call, run: dict[str, Any], aws_calls: list[str]
) -> None:
    """Of a stop there is always news: it was settled before. Hundreds of other runs may wait for capacity then."""
    for _ in range(3):
        call("POST", RUNS)
    call("POST", f"{RUNS}/{run['id']}/actions/stop")
    aws_calls.clear()
    end(run, "ABORTED")
    assert "StartExecution" not in aws_calls


def test_runs_that_may_all_be_kept_are_not_read_when_one_ends(call: Call, aws_calls: list[str]) -> None:
    call("POST", "/v1/jobs", JOB | {"retention": {"successes": 1, "failures": 1}})
    first, second = (call("POST", RUNS).json for _ in range(2))
    aws_calls.clear()
    end(first)
    assert aws_calls == ["TransactWriteItems", "BatchGetItem"]
    aws_calls.clear()
    end(second)
    assert aws_calls[:3] == ["TransactWriteItems", "BatchGetItem", "Query"], "one is too many"
