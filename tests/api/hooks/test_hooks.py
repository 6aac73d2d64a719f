"""Hooks over HTTP: made and kept by those who may call the API."""

import json

import pytest

from functions.aws import clients
from tests.api.conftest import JOB, Call
from tests.api.hooks.conftest import HOOKS


@pytest.mark.usefixtures("job")
def test_a_hook_is_made_with_a_secret_that_is_shown_once(call: Call) -> None:
    wanted = {"description": "CI", "parameters": ["LEVEL", "ZONE"], "imageTag": True, "ratePerMinute": 600}
    made = call("POST", HOOKS, wanted)
    assert (made.status, made.headers["Cache-Control"]) == (201, "no-store")
    hook = made.json
    secret = hook.pop("secret")
    assert hook == wanted | {
        "id": hook["id"],
        "jobId": "team.job",
        "url": f"https://api.example.com/hooks/{hook['id']}",
        "createdAt": hook["createdAt"],
        "rotatedAt": None,
        "lastUsedAt": None,
    }
    assert hook["id"].startswith("team.job_")
    assert len(secret) == len("swh_") + 43, "256 bits"
    assert call("GET", HOOKS).json == [hook]
    assert call("GET", f"{HOOKS}/{hook['id']}").json == hook
    stored = json.dumps(clients.dynamodb().scan(TableName="shiftwork")["Items"])
    assert hook["id"].partition("_")[2] in stored
    assert secret not in stored
    assert secret.removeprefix("swh_") not in stored


@pytest.mark.usefixtures("job")
def test_hooks_say_little_unless_told_more(call: Call) -> None:
    first, second = call("POST", HOOKS), call("POST", HOOKS, {})
    assert (first.json["parameters"], first.json["imageTag"], first.json["ratePerMinute"]) == ([], False, 60)
    assert "description" not in first.json
    assert [hook["id"] for hook in call("GET", HOOKS).json] == [first.json["id"], second.json["id"]]


@pytest.mark.usefixtures("job")
def test_a_hook_is_its_own_jobs(call: Call) -> None:
    call("POST", "/v1/jobs", JOB | {"id": "other"})
    hook = call("POST", HOOKS).json["id"]
    for method, path in (("GET", hook), ("DELETE", hook), ("POST", f"{hook}/actions/rotate")):
        lost = call(method, f"/v1/jobs/other/hooks/{path}")
        assert (lost.status, lost.json) == (404, {"id": hook, "message": "Hook not found"})
    for unknown in ("team.job_0123456789abcdef", "team.job", "x" * 3000):
        assert call("GET", f"{HOOKS}/{unknown}").status == 404
    assert call("GET", "/v1/jobs/no.job/hooks").json["message"] == "Job not found"
    assert call("POST", "/v1/jobs/no.job/hooks").json["message"] == "Job not found"
