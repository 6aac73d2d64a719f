"""What the secret does not open: anything that the hook or the job does not allow, and too many calls."""

from typing import Any

import pytest

from tests.api.conftest import PATH, Call
from tests.api.hooks.conftest import DEPLOY, HOOKS, TOKEN, Use


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"parameters": {"DAY": "monday"}}, ["/parameters/DAY"]),
        ({"parameters": {"LEVEL": "loud"}}, ["/parameters/LEVEL"]),
        ({"parameters": {"UNKNOWN": "1", "ZONE": "UTC"}}, ["/parameters/UNKNOWN", "/parameters/ZONE"]),
        ({"parameters": {"LEVEL": 1}}, ["/parameters/LEVEL"]),
        ({"imageTag": "a b"}, ["/imageTag"]),
        ({"cmd": "rm -r /"}, ["/cmd"]),
        ({"env": {"A": "b"}, "labels": {}}, ["/env", "/labels"]),
    ],
)
def test_nothing_else_reaches_it(call: Call, use: Use, body: Any, paths: list[str]) -> None:
    refused = use(body)
    assert (refused.status, [one["path"] for one in refused.json["details"]]) == (422, paths)
    assert call("GET", f"{PATH}/runs").json == []


def test_a_hook_without_leave_gives_none(call: Call, hook: dict[str, Any]) -> None:
    plain = call("POST", HOOKS).json
    token = {TOKEN: plain["secret"]}
    refused = call("POST", f"/hooks/{plain['id']}", {"parameters": {"LEVEL": "info"}, "imageTag": "v2"}, headers=token)
    assert [one["path"] for one in refused.json["details"]] == ["/parameters/LEVEL", "/imageTag"]


def test_what_the_job_allows_no_longer_a_hook_does_not_either(call: Call, use: Use) -> None:
    less = {name: value for name, value in DEPLOY.items() if name not in ("parameters", "overrides")}
    assert call("PUT", PATH, less).status == 200
    refused = use({"parameters": {"LEVEL": "info"}, "imageTag": "v2"})
    assert [one["path"] for one in refused.json["details"]] == ["/parameters/LEVEL", "/imageTag"]


def test_too_many_calls_are_told_when_to_come_again(
    call: Call, hook: dict[str, Any], use: Use, aws_calls: list[str]
) -> None:
    for _ in range(9):
        call("POST", f"/hooks/{hook['id']}", headers={TOKEN: "x"})  # these use nothing up
    answers = []
    for _ in range(7):  # three a minute, and the minute may end in between
        aws_calls.clear()
        answers.append((use(), list(aws_calls)))
    assert [answer.status for answer, _ in answers[:3]] == [201] * 3
    refused = [(answer, made) for answer, made in answers if answer.status == 429]
    assert refused
    for answer, made in refused:
        seconds = answer.headers["Retry-After"]
        assert 1 <= int(seconds) <= 60
        assert answer.json == {"message": f"This hook takes 3 calls a minute. Call again in {seconds} seconds."}
        assert made == ["GetItem"]
