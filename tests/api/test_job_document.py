"""What a job's document may say beside its `run` and its schedules: what is echoed, and what is refused where."""

from typing import Any

import pytest

from tests.api.conftest import JOB, NIGHTLY, PATH, SCHEDULES, Call, job_after

EVENT: dict[str, Any] = {
    "id": "uploaded",
    "pattern": {"source": ["aws.s3"], "detail": {"size": [{"exists": True}, None]}},
}
FULL: dict[str, Any] = {
    "parameters": {"DAY": {"description": "To report on"}, "LEVEL": {"default": "info", "allowed": ["debug", "info"]}},
    "overrides": ["env", "cpus", "timeout"],
    "payload": "OPTIONAL",
    "retention": {"seconds": 604_800, "successes": 10, "failures": 0},
    "events": [EVENT | {"bus": "default", "parameters": {"DAY": "$.detail.days[0].name-of_day"}}],
}


def refused(call: Call, more: dict[str, Any]) -> dict[str, list[str]]:
    """What was wrong with a job, by path."""
    answer = call("POST", "/v1/jobs", JOB | more)
    assert (answer.status, answer.json["message"]) == (422, "Object is not valid"), answer.text
    return {detail["path"]: detail["errors"] for detail in answer.json["details"]}


def test_nothing_that_was_not_sent_is_in_the_answer(call: Call) -> None:
    created = call("POST", "/v1/jobs", JOB)
    assert (created.status, set(created.json)) == (201, {"id", "labels", "dependencies", "schedules", "run"})
    assert created.json["run"].keys().isdisjoint({"retry", "attemptTimeoutSeconds", "timeoutSeconds", "taskCount"})


def test_what_was_sent_is_echoed_and_kept(call: Call) -> None:
    created = call("POST", "/v1/jobs", JOB | FULL)
    assert created.status == 201, created.text
    assert created.json == created.json | FULL
    assert call("GET", PATH).json == created.json
    assert call("PUT", PATH, created.json).json == created.json, "an answer may be sent again"


def test_which_end_of_a_parent_is_echoed_only_if_it_was_said(call: Call) -> None:
    for parent in "abc":
        assert call("POST", "/v1/jobs", job_after(parent)).status == 201
    sent = [{"id": "a"}, {"id": "b", "on": "ANY"}, {"id": "c", "on": "FAILURE", "unknown": 1}]
    created = call("POST", "/v1/jobs", job_after("d", dependencies=sent))
    assert created.json["dependencies"] == [{"id": "a"}, {"id": "b", "on": "ANY"}, {"id": "c", "on": "FAILURE"}]


@pytest.mark.parametrize(
    ("more", "path", "words"),
    [
        ({"dependencies": [{"id": "a", "on": "STARTED"}]}, "/dependencies(0)/on", "FAILURE"),
        ({"parameters": {"A-B": {}}}, "/parameters/A-B", "letters, digits and _"),
        ({"parameters": {"SHIFTWORK_X": {}}}, "/parameters/SHIFTWORK_X", "do not begin it with SHIFTWORK_"),
        ({"parameters": {"A": {"secret": True}}}, "/parameters/A/secret", "not permitted"),
        ({"parameters": {"A": {"allowed": []}}}, "/parameters/A/allowed", "at least 1"),
        ({"parameters": {f"A{n}": {} for n in range(101)}}, "/parameters", "at most 100"),
        ({"parameters": {"A": {"default": "c", "allowed": ["a"]}}}, "/parameters/A/default", "one of a"),
        ({"overrides": ["disk"]}, "/overrides(0)", "imageTag"),
        ({"overrides": ["args"]}, "/overrides(0)", "ECS cannot override"),
        ({"payload": "SOMETIMES"}, "/payload", "REQUIRED"),
        ({"retention": {"seconds": 0}}, "/retention/seconds", "1"),
        ({"retention": {"successes": -1}}, "/retention/successes", "0"),
        ({"retention": {"failures": 10_001}}, "/retention/failures", "10000"),
        ({"retention": {"days": 1}}, "/retention/days", "not permitted"),
        ({"events": [EVENT, EVENT]}, "/events", "double entries"),
        ({"events": [EVENT | {"id": str(n)} for n in range(21)]}, "/events", "at most 20"),
        ({"events": [EVENT | {"id": "Up.loaded"}]}, "/events(0)/id", "inner dashes"),
        ({"events": [{"id": "a"}]}, "/events(0)/pattern", "required"),
        ({"events": [{"id": "a", "pattern": {}}]}, "/events(0)/pattern", "is empty"),
        ({"events": [{"id": "a", "pattern": {"detail": {"a": 1}}}]}, "/events(0)/pattern/detail/a", "list of values"),
        ({"events": [EVENT | {"bus": "my bus"}]}, "/events(0)/bus", "name or its ARN"),
        ({"events": [EVENT | {"parameters": {"A": "$.detail.*"}}]}, "/events(0)/parameters/A", "$.detail.bucket.name"),
        ({"events": [EVENT | {"parameters": {"A": "$.detail.a"}}]}, "/parameters/A", "uploaded gives A a value"),
    ],
)
def test_a_wrong_field_is_named(call: Call, more: dict[str, Any], path: str, words: str) -> None:
    assert words in refused(call, more)[path][0]
    assert call("GET", PATH).status == 404


def test_all_that_is_wrong_is_said_at_once(call: Call) -> None:
    wrong = {"parameters": {"A": {"default": "", "required": True}}, "events": [{"id": "a", "pattern": {}}]}
    assert refused(call, wrong).keys() == {"/parameters/A/required", "/parameters/A", "/events(0)/pattern"}


def test_a_schedule_gives_what_the_job_declares(call: Call) -> None:
    parameters = {"DAY": {"required": True, "allowed": ["today"]}}
    assert call("POST", "/v1/jobs", JOB | {"parameters": parameters}).status == 201
    for given, words in (({}, "no value"), ({"DAY": "tomorrow"}, "one of today"), ({"X": ""} | {"DAY": "today"}, "X")):
        answer = call("POST", SCHEDULES, NIGHTLY | {"parameters": given})
        assert (answer.status, words in answer.json["details"][0]["errors"][0]) == (422, True), answer.text
    assert call("POST", SCHEDULES, NIGHTLY | {"parameters": {"DAY": "today"}}).status == 201
    assert "no value" in call("PUT", f"{SCHEDULES}/nightly", NIGHTLY).text
    assert refused_update(call, {"parameters": parameters | {"MORE": {"required": True}}}) == ["/parameters/MORE"]


def refused_update(call: Call, more: dict[str, Any]) -> list[str]:
    """The paths of what is wrong with the job's new document."""
    answer = call("PUT", PATH, JOB | more)
    assert answer.status == 422
    return [detail["path"] for detail in answer.json["details"]]
