"""Requests that a library would read in a way of its own."""

import json
from typing import Any

import pytest

from tests.api.conftest import JOB, Call


@pytest.mark.parametrize("body", [[JOB], [None, None], [{}]])
def test_an_array_is_not_taken_for_its_first_item(call: Call, body: Any) -> None:
    call("POST", "/v1/jobs", JOB)
    for method, path in (("POST", "/v1/jobs"), ("PUT", "/v1/jobs/team.job"), ("POST", "/v1/jobs/team.job/runs")):
        answer = call(method, path, body)
        assert (answer.status, answer.json["details"][0]["path"]) == (422, "/")


@pytest.mark.parametrize(
    "time",
    [
        "2026-01-02T03:04:05",
        "2026-01-02T03:04:05.678%2B0000",
        "0001-01-01T00:00:00%2B01:00",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_a_time_is_read_however_far_away(call: Call, time: str) -> None:
    for name in ("since", "until"):
        assert call("GET", f"/v1/runs?{name}={time}").status == 200


@pytest.mark.parametrize("span", ["since=0.5", "until=1767322800", "since=2026-01-03&until=2026-01-02"])
def test_no_span_of_time(call: Call, span: str) -> None:
    assert call("GET", f"/v1/runs?{span}").status == 400


def test_a_path_that_is_no_route_is_404_whatever_its_query(call: Call) -> None:
    answer = call("GET", "/v2?embed=history")
    assert (answer.status, answer.json["message"]) == (404, "Unknown route.")


@pytest.mark.parametrize(
    ("labels", "path"),
    [('{"a": "\\ud800"}', "/labels/a"), ('{"\\ud800": ""}', "/labels"), ('["\\ud800"]', "/labels(0)")],
)
def test_half_a_character_is_no_text(call: Call, labels: str, path: str) -> None:
    answer = call("POST", "/v1/jobs", raw=f'{{"id": "a", "labels": {labels}}}')
    assert (answer.status, answer.json["details"][0]["path"]) == (422, path)


def test_no_nesting_makes_it_fail(call: Call) -> None:
    """What the parser takes, and what comes after it, end at depths of their own, which differ by version of Python."""
    for depth in (*range(850, 1000), 5_000, 15_000):
        answer = call("POST", "/hooks/team.job_0123456789abcdef", raw='{"a":' * depth + "1" + "}" * depth)
        assert answer.status in (400, 422), depth


LONG = "K" * 45_000
MUCH_IS_WRONG = [
    ("/hooks/team.job_0123456789abcdef", {LONG: ["\ud800"] * 5_000}),
    ("/v1/jobs", JOB | {"parameters": {LONG: {f"x{n}": 1 for n in range(4_000)}}}),
    ("/v1/jobs", JOB | {"parameters": {LONG: {"allowed": ["\0"] * 5_000}}}),
    ("/v1/jobs", JOB | {"events": [{"id": "a", "pattern": {LONG: {f"x{n}": 1 for n in range(4_000)}}}]}),
]


@pytest.mark.parametrize(("path", "body"), MUCH_IS_WRONG)
def test_of_very_much_that_is_wrong_the_first_hundred_are_said(call: Call, path: str, body: Any) -> None:
    answer = call("POST", path, raw=json.dumps(body, separators=(",", ":")))
    assert answer.status == 422
    assert 1 <= sum(len(detail["errors"]) for detail in answer.json["details"]) <= 100
    assert len(answer.text) < 200_000, "no larger than what was sent, or not by much"
