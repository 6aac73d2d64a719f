"""The budgets of AWS calls: by counts, not by the clock."""

from typing import Any

import pytest

from functions.events import settle
from tests.api.conftest import CONTEXT, RUNS, Call


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


def test_budget_of_settling(call: Call, run: dict[str, Any], aws_calls: list[str]) -> None:
    ended = {"name": run["id"], "status": "SUCCEEDED", "stopDate": 0, "input": '{"jobId": "team.job"}', "output": "{}"}
    settle.handler({"detail": ended}, CONTEXT)
    assert aws_calls == ["TransactWriteItems", "BatchGetItem"], "the second asks who waits for its success"
