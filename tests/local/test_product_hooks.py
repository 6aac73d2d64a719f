"""Hooks on the local cloud, with IAM enforced: the one route that needs no signature, and its secret."""

import base64
import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.cloud import Cloud
from tests.local.signed import Answer, Caller, caller, until

RUNS = "/v1/jobs/hooked/runs"


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "hooks-owner", "*")


@pytest.fixture(scope="module")
def stranger(cloud: Cloud) -> Caller:
    """A caller who cannot sign."""
    return Caller(cloud.api_url, None)


@pytest.fixture(scope="module")
def hook(call: Caller) -> dict[str, Any]:
    """A hook, with its secret."""
    run = {"cpus": 0.25, "mem": 64, "disk": 0, "cmd": "echo $LEVEL", "env": {"LEVEL": "info"}}
    assert call("POST", "/v1/jobs", {"id": "hooked", "run": run}).status == 201
    made = call("POST", "/v1/jobs/hooked/hooks", {"parameters": ["LEVEL"]})
    assert made.status == 201, made.text
    return dict(made.json)


def ran(call: Caller, started: Answer) -> list[str]:
    """What the run printed that a hook has started, when it has succeeded."""
    assert started.status == 201, started.text
    path = started.json["statusUrl"].removeprefix(call.url)
    assert path == f"{RUNS}/{started.json['runId']}"
    run = until(lambda: call("GET", path).json, lambda seen: seen["status"] in ("SUCCESS", "FAILED"))
    assert run["status"] == "SUCCESS"
    return call.log("hooked", started.json["runId"])


def test_who_has_the_secret_starts_a_run_without_a_signature(
    call: Caller, stranger: Caller, hook: dict[str, Any]
) -> None:
    path = hook["url"].removeprefix(stranger.url)
    assert path == f"/hooks/{hook['id']}"
    body = {"parameters": {"LEVEL": "debug"}}
    assert ran(call, stranger("POST", path, body, {"X-Shiftwork-Hook-Token": hook["secret"]})) == ["debug"]
    assert ran(call, stranger("POST", path, None, {"Authorization": f"Bearer {hook['secret']}"})) == ["info"]
    assert ran(call, call("POST", path, None, {"X-Deploy-Hook-Token": hook["secret"]})) == ["info"]
    assert call("GET", f"/v1/jobs/hooked/hooks/{hook['id']}").json["lastUsedAt"]


def test_without_the_secret_nothing_is_there(call: Caller, stranger: Caller, hook: dict[str, Any]) -> None:
    before = call("GET", f"{RUNS}?limit=100").json
    unknown = "hooked_0123456789abcdef"
    for hook_id, token in ((hook["id"], "swh_wrong"), (hook["id"], ""), (unknown, hook["secret"])):
        refused = stranger("POST", f"/hooks/{hook_id}", None, {"X-Shiftwork-Hook-Token": token})
        assert (refused.status, refused.json) == (404, {"id": hook_id, "message": "Hook not found"})
    assert call("GET", f"{RUNS}?limit=100").json == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", RUNS),
        ("GET", "/v1/jobs/hooked/hooks"),
        ("POST", "/v1/jobs/hooked/hooks"),
        ("POST", "/service/metronome/v1/jobs/hooked/runs"),
        ("POST", "/service/metronome/hooks/{id}"),
        ("GET", "/hooks/{id}"),
        ("PUT", "/hooks/{id}"),
        ("POST", "/hooks/{id}/v1/jobs"),
        ("POST", "/hooks"),
    ],
)
def test_a_secret_opens_no_other_route(stranger: Caller, hook: dict[str, Any], method: str, path: str) -> None:
    for headers in ({"X-Shiftwork-Hook-Token": hook["secret"]}, {"Authorization": f"Bearer {hook['secret']}"}):
        assert stranger(method, path.format(id=hook["id"]), None, headers).status == 403


@pytest.mark.parametrize("path", ["/hooks/..%2Fv1%2Fjobs%2Fhooked%2Fruns", "/hooks/%2e%2e%2fv1%2fjobs%2fhooked%2fruns"])
def test_no_path_climbs_out_of_the_open_route(call: Caller, stranger: Caller, hook: dict[str, Any], path: str) -> None:
    before = call("GET", f"{RUNS}?limit=100").json
    assert stranger("POST", path, None, {"X-Shiftwork-Hook-Token": hook["secret"]}).status in (403, 404)
    assert call("GET", f"{RUNS}?limit=100").json == before


def test_callers_at_once_get_no_more_than_the_rate(call: Caller, stranger: Caller, hook: dict[str, Any]) -> None:
    made = call("POST", "/v1/jobs/hooked/hooks", {"ratePerMinute": 3}).json
    first = int(time.time()) // 60
    with ThreadPoolExecutor(8) as pool:
        sent = [
            pool.submit(stranger, "POST", f"/hooks/{made['id']}", None, {"X-Shiftwork-Hook-Token": made["secret"]})
            for _ in range(16)
        ]
    statuses = Counter(one.result().status for one in sent)
    minutes = int(time.time()) // 60 - first + 1
    assert 3 <= statuses[201] <= 3 * minutes
    assert statuses[201] + statuses[429] == 16


def logged(cloud: Cloud, began: int) -> list[str]:
    """Every line of every log group since then, in milliseconds: one answer holds no more than 10,000."""
    logs = cloud.client("logs")
    pages = logs.get_paginator("describe_log_groups").paginate()
    groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    events = (logs.filter_log_events(logGroupName=group, startTime=began)["events"] for group in groups)
    return [event["message"] for found in events for event in found]


def test_the_secret_stands_in_no_log_and_in_no_item(cloud: Cloud, call: Caller, stranger: Caller) -> None:
    began = int(time.time() * 1000)
    made = call("POST", "/v1/jobs/hooked/hooks", {"ratePerMinute": 1}).json
    secrets = [made["secret"]]
    answers = [stranger("POST", f"/hooks/{made['id']}", None, {"X-Shiftwork-Hook-Token": secrets[0]})]
    secrets.append(call("POST", f"/v1/jobs/hooked/hooks/{made['id']}/actions/rotate").json["secret"])
    for secret in secrets:
        answers.append(stranger("POST", f"/hooks/{made['id']}", None, {"X-Shiftwork-Hook-Token": secret}))
    assert [answers[0].status, answers[1].status] == [201, 404]
    assert answers[2].status in (201, 429), "201 if a minute has ended meanwhile"
    lines = until(lambda: logged(cloud, began), lambda found: any(f"/hooks/{made['id']}" in line for line in found))
    items = json.dumps(cloud.client("dynamodb").scan(TableName=cloud.outputs["TableName"])["Items"])
    for secret in secrets:
        for form in (secret, secret.removeprefix("swh_"), base64.b64encode(secret.encode()).decode()):
            assert not [line for line in lines if form in line]
            assert form not in items
