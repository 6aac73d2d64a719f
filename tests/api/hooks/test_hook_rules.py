"""What a hook cannot be: each refusal names the field, and nothing is made."""

from typing import Any

import pytest

from tests.api.conftest import JOB, Call
from tests.api.hooks.conftest import HOOKS


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ({"parameters": ["LEVEL", "UNKNOWN"]}, "/parameters(1)"),
        ({"parameters": ["DAY", "DAY"]}, "/parameters"),
        ({"parameters": ["SHIFTWORK_JOB_ID"]}, "/parameters(0)"),
        ({"ratePerMinute": 0}, "/ratePerMinute"),
        ({"ratePerMinute": 601}, "/ratePerMinute"),
        ({"imageTag": "v1"}, "/imageTag"),
        ({"description": "x" * 1001}, "/description"),
        ({"secret": "mine"}, "/secret"),
    ],
)
def test_what_a_hook_cannot_be(call: Call, wanted: dict[str, Any], path: str) -> None:
    refused = call("POST", HOOKS, wanted)
    assert (refused.status, [one["path"] for one in refused.json["details"]]) == (422, [path])
    assert call("GET", HOOKS).json == []


def test_a_hook_that_could_never_start_a_run_is_refused(call: Call) -> None:
    call("POST", "/v1/jobs", JOB | {"parameters": {"DAY": {"required": True}}, "payload": "REQUIRED"})
    refused = call("POST", HOOKS, {"imageTag": True}).json["details"]
    assert [one["path"] for one in refused] == ["/parameters", "/", "/imageTag"]


@pytest.mark.usefixtures("job")
def test_a_job_has_twenty_hooks_at_most(call: Call) -> None:
    made = [call("POST", HOOKS) for _ in range(21)]
    assert [answer.status for answer in made] == [201] * 20 + [409]
    assert "at most 20" in made[-1].json["message"]
    assert call("DELETE", f"{HOOKS}/{made[0].json['id']}").status == 200
    assert call("POST", HOOKS).status == 201
