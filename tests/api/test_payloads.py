"""The document that comes with a run: with the task if it is short, by S3 if it is not."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from functions.jobs.inputs.inputs import MAX_PAYLOAD
from tests.api.conftest import RUNS, Call
from tests.api.overriding import job, refused, started, told
from tests.conftest import ENVIRONMENT, REGION

__all__ = ["job"]


def objects() -> list[str]:
    """The keys in the bucket."""
    listed = boto3.client("s3").list_objects_v2(Bucket=ENVIRONMENT["PAYLOAD_BUCKET"])
    return [one["Key"] for one in listed.get("Contents", [])]


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ({"day": "2026-01-02", "n": [1, 2.5, None]}, '{"day":"2026-01-02","n":[1,2.5,null]}'),
        ("a text", '"a text"'),
        ("nul \0 and é", '"nul \\u0000 and é"'),
        (None, "null"),
        (0, "0"),
    ],
)
def test_a_short_payload_goes_with_the_task(call: Call, job: dict[str, Any], payload: Any, text: str) -> None:
    run = started(call, {"payload": payload})
    assert run["overrides"] == {"payload": True}, "it is not shown"
    assert (told(run)["payload"], told(run)["payloadUrl"]) == (text, "")
    assert objects() == []


def test_a_long_payload_is_put_where_the_task_can_fetch_it(call: Call, job: dict[str, Any]) -> None:
    payload = {"lines": ["é" * 50] * 1000}
    run = started(call, {"payload": payload})
    assert objects() == [f"payloads/team.job/{run['id']}.json"]
    execution = told(run)
    assert execution["payload"] == ""
    stored = boto3.client("s3").get_object(Bucket=ENVIRONMENT["PAYLOAD_BUCKET"], Key=objects()[0])
    assert json.load(stored["Body"]) == payload
    url = urlsplit(execution["payloadUrl"])
    assert (url.scheme, url.netloc, url.path) == ("https", f"payloads.s3.{REGION}.amazonaws.com", f"/{objects()[0]}")
    assert parse_qs(url.query)["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"], "the only version that every region takes"
    assert "é" not in call("GET", f"{RUNS}/{run['id']}").text


def test_the_largest_payload_and_one_that_is_larger(call: Call, job: dict[str, Any]) -> None:
    payload = "x" * (MAX_PAYLOAD - 2)  # and its quotation marks
    run = started(call, {"payload": payload})
    stored = boto3.client("s3").get_object(Bucket=ENVIRONMENT["PAYLOAD_BUCKET"], Key=objects()[0])
    assert (len(stored["Body"].read()), stored["ContentType"]) == (MAX_PAYLOAD, "application/json")
    assert run["overrides"] == {"payload": True}
    assert "has 262145 bytes, and at most 262144" in refused(call, {"payload": payload + "x"})["/payload"]
    assert len(objects()) == 1


def test_blanks_and_escapes_do_not_count(call: Call, job: dict[str, Any]) -> None:
    """What callers send may be longer than what is kept."""
    letters = "é" * 100_000
    body = json.dumps({"payload": {"text": letters, "list": [1]}}, indent=8)
    assert len(body) > 600_000
    assert call("POST", RUNS, raw=body).status == 201
    answer = call("POST", RUNS, raw='{"payload": "' + "x" * 1024 * 1024 + '"}')
    assert (answer.status, answer.json["message"]) == (
        413,
        "The body is larger than 1048576 bytes. Send a smaller one.",
    )
    answer = call("POST", "/v1/jobs", raw='{"id": "' + "x" * 102_400 + '"}')
    assert answer.status == 413, "the limit of the others stays"


@pytest.mark.parametrize("text", ["1e999", "-1e999", '{"a": [1e999]}'])
def test_a_number_that_json_cannot_say_again_is_refused(call: Call, job: dict[str, Any], text: str) -> None:
    answer = call("POST", RUNS, raw=f'{{"payload": {text}}}')
    assert (answer.status, answer.json["details"][0]["path"]) == (422, "/payload")


def test_a_payload_that_is_nested_without_end_is_refused(call: Call, job: dict[str, Any]) -> None:
    for depth in (50, 400, 900, 980, 990, 995, 5000):
        assert call("POST", RUNS, raw=f'{{"payload": {"[" * depth}{"]" * depth}}}').status in (201, 400, 422), depth


def test_with_other_long_inputs_a_short_payload_goes_by_s3_or_is_too_long(call: Call, job: dict[str, Any]) -> None:
    run = started(call, {"payload": "x" * 1900, "env": {"A": "y" * 6000}})
    assert told(run)["payloadUrl"]
    wrong = refused(call, {"payload": "x" * 1900, "env": {"A": "y" * 7600}})
    assert "ECS takes 8192" in wrong["/env"]
    assert len(objects()) == 1, "what is refused is not put"


def test_a_payload_in_s3_costs_one_call_more(call: Call, job: dict[str, Any], aws_calls: list[str]) -> None:
    started(call, {"payload": "x" * 3000})
    assert aws_calls == ["GetItem", "PutObject", "TransactWriteItems", "StartExecution"]
