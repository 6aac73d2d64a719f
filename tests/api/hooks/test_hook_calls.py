"""Calls of hooks over HTTP: what the secret opens."""

from datetime import datetime
from typing import Any

import pytest

from functions.aws import clients
from tests.api.conftest import PATH, Call
from tests.api.hooks.conftest import HOOKS, TOKEN, Use


def test_a_call_starts_a_run_and_says_where_it_is_read(call: Call, hook: dict[str, Any], use: Use) -> None:
    started = use()
    assert (started.status, started.json) == (
        201,
        {
            "runId": started.json["runId"],
            "jobId": "team.job",
            "status": "INITIAL",
            "statusUrl": f"https://api.example.com{PATH}/runs/{started.json['runId']}",
        },
    )
    (run,) = call("GET", f"{PATH}/runs").json
    assert run["id"] == started.json["runId"]
    item = next(one for one in clients.dynamodb().scan(TableName="shiftwork")["Items"] if "RUN#" in one["SK"]["S"])
    assert (item["cause"]["S"], item["causeId"]["S"]) == ("HOOK", hook["id"])
    used = call("GET", f"{HOOKS}/{hook['id']}").json["lastUsedAt"]
    assert datetime.fromisoformat(used) >= datetime.fromisoformat(hook["createdAt"])


@pytest.mark.parametrize(
    "name", ["x-shiftwork-hook-token", "X-Shiftwork-Hook-Token", "x-deploy-hook-token", "authorization"]
)
def test_the_secret_may_come_in_three_headers(call: Call, hook: dict[str, Any], name: str) -> None:
    value = f"Bearer {hook['secret']}" if name == "authorization" else hook["secret"]
    assert call("POST", f"/hooks/{hook['id']}", headers={name: value}).status == 201


def test_the_base_path_of_metronome_leads_there_too(call: Call, hook: dict[str, Any]) -> None:
    headers = {TOKEN: hook["secret"], "x-forwarded-proto": "http", "host": "127.0.0.1:8080"}
    started = call("POST", f"/service/metronome/hooks/{hook['id']}", headers=headers).json
    assert started["statusUrl"] == f"http://127.0.0.1:8080{PATH}/runs/{started['runId']}"


def test_allowed_parameters_and_an_image_tag_reach_the_run(call: Call, use: Use) -> None:
    started = use({"parameters": {"LEVEL": "debug"}, "imageTag": "v2"})
    assert started.status == 201, started.text
    run = call("GET", f"{PATH}/runs/{started.json['runId']}").json
    assert run["parameters"] == {"LEVEL": "debug"}
    definition = clients.ecs().describe_task_definition(taskDefinition=run["taskDefinition"])["taskDefinition"]
    assert definition["containerDefinitions"][0]["image"] == "registry.example.com/team/app:v2"


def test_the_same_key_is_the_same_run(call: Call, use: Use) -> None:
    first, again = (use({"parameters": {"LEVEL": "debug"}}, **{"idempotency-key": "build-7"}) for _ in range(2))
    assert (first.status, again.json) == (201, first.json)
    assert len(call("GET", f"{PATH}/runs").json) == 1
    assert use({}, **{"idempotency-key": "build-7"}).status == 409


def test_the_budget_of_a_call(use: Use, aws_calls: list[str]) -> None:
    assert use().status == 201  # the job's plan is known from now on
    aws_calls.clear()
    assert use().status == 201
    assert aws_calls == ["GetItem", "UpdateItem", "GetItem", "TransactWriteItems", "StartExecution"]
