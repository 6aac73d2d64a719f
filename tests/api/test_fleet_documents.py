"""A fleet job's document over HTTP: what is echoed, what is refused where, and what AWS is asked for."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import NIGHTLY, PATH, Call
from tests.api.fleet_jobs import FLEET, FLEET_JOB, UPDATE, details, make_registry

EXAMPLE = Path(__file__).parents[2] / "examples" / "fleet-update.json"


@pytest.fixture(autouse=True)
def registry(call: Call) -> None:
    make_registry()


def refused(call: Call, fleet: Any, **run: Any) -> dict[str, Any]:
    """What was wrong with a job that rolls this out."""
    return details(call, FLEET_JOB | {"run": {"fleet": fleet, **run}})


def test_a_fleet_job_is_echoed_with_its_defaults(call: Call, aws_calls: list[str]) -> None:
    document = {"operation": "reboot", "nothing": None, "deep": [{"of": {"null": None}}], "count": 1.0}
    made = call("POST", "/v1/jobs", FLEET_JOB | {"run": {"fleet": FLEET | {"document": document}}})
    assert (made.status, aws_calls) == (201, ["BatchGetItem", "DescribeThing", "TransactWriteItems"])
    assert made.json["run"] == {
        "fleet": {
            "targets": {"things": ["lamp-1"], "groups": []},
            "targetSelection": "SNAPSHOT",
            "document": document,
            "success": {},
        },
        "timeoutSeconds": 604_800,
    }
    assert call("GET", PATH).json == made.json
    assert call("PUT", PATH, made.json).json == made.json


def test_a_dry_run_shows_what_iot_would_be_asked_for(call: Call, aws_calls: list[str]) -> None:
    draft = call("POST", "/v1/jobs?validate=true", UPDATE | {"parameters": {"VERSION": {"default": '"2"'}}})
    assert (draft.status, aws_calls) == (200, ["BatchGetItem", "DescribeThing"])
    assert draft.json.keys() == {"job", "createJob", "changes"}
    assert json.loads(draft.json["createJob"]["document"])["version"] == '"2"'
    required = call("POST", "/v1/jobs?validate=true", UPDATE).json["createJob"]
    assert json.loads(required["document"])["version"] == "${aws:iot:parameter:VERSION}"


@pytest.mark.parametrize(
    ("fleet", "path", "words"),
    [
        (None, "", "dictionary"),
        ({}, "/targets", "required"),
        (FLEET | {"tasks": 1}, "/tasks", "Extra inputs"),
        (FLEET | {"targets": {"things": ["lamp 1"]}}, "/targets/things(0)", "1 to 128 letters"),
        (FLEET | {"targets": {"groups": ["lamps", "é" * 200]}}, "/targets/groups(1)", "1 to 128 letters"),
        (FLEET | {"targets": {"things": ["lamp-1", "lamp-2"]}}, "/targets/things(1)", "no thing lamp-2"),
        (FLEET | {"targets": {"groups": ["lamps", "lamp-1"]}}, "/targets/groups(1)", "no thing group lamp-1"),
        (FLEET | {"targets": {"query": ""}}, "/targets/query", "at least 1 character"),
        (FLEET | {"targetSelection": "ALL"}, "/targetSelection", "'SNAPSHOT' or 'CONTINUOUS'"),
        (FLEET | {"document": "{}"}, "/document", "dictionary"),
        (FLEET | {"documentSource": "https://example.com/a"}, "/documentSource", "not the URL of an object in S3"),
        (FLEET | {"jobTemplateArn": "AWS-Reboot"}, "/jobTemplateArn", "not the ARN of a job template"),
        (FLEET | {"presignedUrl": {"roleArn": "x" * 20}}, "/presignedUrl/roleArn", "IAM role"),
        (FLEET | {"inProgressTimeoutInMinutes": 10_081}, "/inProgressTimeoutInMinutes", "10080"),
        (FLEET | {"rollout": {"maximumPerMinute": 1001}}, "/rollout/maximumPerMinute", "1000"),
        (FLEET | {"retry": [{"failureType": "FAILED", "numberOfRetries": 11}]}, "/retry(0)/numberOfRetries", "10"),
        (FLEET | {"success": {"minSucceededPercentage": 100.5}}, "/success/minSucceededPercentage", "100"),
        (FLEET | {"maintenanceWindows": []}, "/maintenanceWindows", "at least 1 item"),
        (FLEET | {"abort": [{}]}, "/abort(0)/failureType", "required"),
    ],
)
def test_what_is_refused_where(call: Call, fleet: Any, path: str, words: str) -> None:
    assert words in refused(call, fleet)[f"/run/fleet{path}"][0]


def test_digits_after_the_point(call: Call) -> None:
    criterion = {"failureType": "ALL", "thresholdPercentage": 10.125, "minNumberOfExecutedThings": 1}
    rate = {"baseRatePerMinute": 1, "incrementFactor": 1.25, "rateIncreaseCriteria": {"numberOfNotifiedThings": 1}}
    said = refused(call, FLEET | {"abort": [criterion], "rollout": {"exponentialRate": rate}})
    assert said["/run/fleet/abort(0)/thresholdPercentage"] == ["has too many digits after the point. Use at most 2."]
    assert said["/run/fleet/rollout/exponentialRate/incrementFactor"] == [
        "has too many digits after the point. Use at most 1."
    ]


def test_what_belongs_to_containers_is_not_a_fleets(call: Call) -> None:
    assert refused(call, FLEET, cmd="true") == {"/run/cmd": ["Extra inputs are not permitted"]}
    assert list(details(call, FLEET_JOB | {"payload": "OPTIONAL", "overrides": ["env"]})) == [
        "/overrides(0)",
        "/payload",
    ]


def test_a_continuous_rollout_says_when_it_ends(call: Call) -> None:
    fleet = FLEET | {"targets": {"groups": ["lamps"]}, "targetSelection": "CONTINUOUS"}
    assert "does not end by itself" in refused(call, fleet)["/run/timeoutSeconds"][0]
    made = call("POST", "/v1/jobs", FLEET_JOB | {"run": {"fleet": fleet, "timeoutSeconds": "12h"}})
    assert (made.status, made.json["run"]["timeoutSeconds"]) == (201, 43_200)


@pytest.mark.parametrize("depth", [99, 100, 101, 400, 900, 980, 990, 995, 5000])
def test_no_document_makes_it_fail(call: Call, depth: int) -> None:
    nested = '{"a":' * depth + "1" + "}" * depth
    body = json.dumps(FLEET_JOB).replace('{"operation": "reboot"}', nested)
    answer = call("POST", "/v1/jobs", raw=body)
    assert answer.status in ((201,) if depth <= 100 else (400, 422)), answer.text


@pytest.mark.parametrize("number", ["1e999", "-1e999"])
def test_a_number_that_is_none_in_json(call: Call, number: str) -> None:
    answer = call("POST", "/v1/jobs", raw=json.dumps(FLEET_JOB).replace('"reboot"', number))
    assert (answer.status, answer.json["details"][0]["path"]) == (422, "/run/fleet/document")


def test_v0_has_fleets_too(call: Call) -> None:
    made = call("POST", "/v0/scheduled-jobs", FLEET_JOB | {"schedules": [NIGHTLY]})
    assert (made.status, made.json["run"]["fleet"]["success"]) == (201, {})


def test_the_example_is_saved(call: Call) -> None:
    made = call("POST", "/v1/jobs", json.loads(EXAMPLE.read_text()))
    assert made.status == 201, made.text
