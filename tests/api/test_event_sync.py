"""EventBridge has a rule for each event of each job: also after any single AWS call has failed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.aws import clients
from functions.wiring import platform
from tests.api.conftest import JOB, NIGHTLY, PATH, Call, walk
from tests.api.faults import attempt, fault, later
from tests.aws_answers import refusing

pytestmark = pytest.mark.slow

UPLOADED = {"id": "uploaded", "pattern": {"source": ["aws.s3"], "detail": {"bucket": {"name": ["in"]}}}}
ORDERED = {"id": "ordered", "pattern": {"source": ["shop"]}, "bus": "orders"}
BUSES = ("default", "orders", "returns")
Rules = set[tuple[str, str, str]]
Change = Callable[[Call, dict[str, Any]], Any]


def put(call: Call, job: dict[str, Any], **changes: Any) -> Any:
    return call("PUT", f"/v1/jobs/{job['id']}", job | changes)


CHANGES: dict[str, Change] = {
    "create a job": lambda call, job: call("POST", "/v1/jobs", job | {"id": f"{job['id']}.new"}),
    "create one with schedules": lambda call, job: call(
        "POST", "/v1/jobs", job | {"id": f"{job['id']}.new", "schedules": [NIGHTLY]}
    ),
    "add": lambda call, job: put(call, job, events=[*job["events"], UPLOADED | {"id": "third"}]),
    "other pattern": lambda call, job: put(call, job, events=[UPLOADED | {"pattern": {"source": ["a"]}}, ORDERED]),
    "other bus": lambda call, job: put(call, job, events=[UPLOADED, ORDERED | {"bus": "returns"}]),
    "remove": lambda call, job: put(call, job, events=[UPLOADED]),
    "delete the job": lambda call, job: call("DELETE", f"/v1/jobs/{job['id']}"),
}


@pytest.fixture(autouse=True)
def buses(aws: None) -> None:
    for name in BUSES[1:]:
        clients.events().create_event_bus(Name=name)


def in_eventbridge() -> Rules:
    """The rules that have a target, with bus and pattern."""
    events, found = clients.events(), set()
    for bus in BUSES:
        for rule in events.list_rules(EventBusName=bus)["Rules"]:
            targets = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus)["Targets"]
            assert len(targets) == 1, "a rule without a target is good for nothing"
            found.add((bus, rule["Name"], rule["EventPattern"]))
    return found


def in_table(call: Call) -> Rules:
    return {
        (event.get("bus", "default"), f"shiftwork-test_{job['id']}_{event['id']}", packed(event["pattern"]))
        for job in walk(call, "/v1/jobs")
        for event in job.get("events", [])
    }


def packed(pattern: Any) -> str:
    return json.dumps(pattern, separators=(",", ":"))


@pytest.mark.parametrize("event", ["before-call", "after-call"])
@pytest.mark.parametrize("change", CHANGES)
def test_after_a_failed_call_and_a_sweep_eventbridge_has_what_the_table_has(
    call: Call, change: str, event: str
) -> None:
    made, number = ["?"], 0
    while len(made) >= number:
        number += 1
        job = JOB | {"id": f"job{number}", "events": [UPLOADED, ORDERED]}
        call("POST", "/v1/jobs", job)
        with fault(number, event) as made:
            attempt(lambda job=job: CHANGES[change](call, job))  # type: ignore[misc]
        with fault(1 + number % 3, event):  # the sweep may fail too: the next one goes on
            attempt(lambda: platform().syncer.sweep_marks(later()))
        platform().syncer.sweep_marks(later())
        assert in_eventbridge() == in_table(call), f"call {number} of {made}"
    assert number > 6, f"{change} needs more calls than {made}"
    assert platform().syncer.sweep_marks(later()) == [], "no mark is left"


def test_a_save_that_changes_no_rule_does_not_ask_eventbridge(call: Call, aws_calls: list[str]) -> None:
    job = JOB | {"parameters": {"KEY": {}}, "events": [UPLOADED]}
    call("POST", "/v1/jobs", job)
    aws_calls.clear()
    mapped = UPLOADED | {"parameters": {"KEY": "$.detail.object.key"}}
    assert put(call, job, events=[mapped]).status == 200, "react reads the parameters in the job"
    asked = {"PutRule", "PutTargets", "TestEventPattern"}
    assert not asked & set(aws_calls)
    assert put(call, job, events=[mapped | {"pattern": {"source": ["aws.ecr"]}}]).status == 200
    assert asked <= set(aws_calls)


@pytest.mark.parametrize(
    ("event", "path", "words"),
    [
        (UPLOADED | {"pattern": {"source": [{"prefix": 1}]}}, "/events(1)/pattern", "is refused by EventBridge"),
        (ORDERED | {"bus": "nowhere"}, "/events(1)/bus", "no event bus nowhere"),
        (
            ORDERED | {"bus": "arn:aws:events:eu-central-1:999999999999:event-bus/orders"},
            "/events(1)/bus",
            "not in this account",
        ),
    ],
)
def test_what_eventbridge_would_refuse_is_said_before_anything_is_written(
    call: Call, event: dict[str, Any], path: str, words: str
) -> None:
    document = JOB | {"events": [ORDERED | {"id": "first"}, event]}
    for method, url in (("POST", "/v1/jobs"), ("POST", "/v1/jobs?validate=true")):
        refused = call(method, url, document)
        assert refused.status == 422, refused.text
        (detail,) = refused.json["details"]
        assert detail["path"] == path
        assert words in detail["errors"][0]
    assert call("GET", PATH).status == 404
    assert in_eventbridge() == set()


def test_a_bus_may_be_named_by_its_arn(call: Call) -> None:
    arn = "arn:aws:events:eu-central-1:123456789012:event-bus/orders"
    job = JOB | {"events": [ORDERED]}
    assert call("POST", "/v1/jobs", job).status == 201
    before = in_eventbridge()
    assert put(call, job, events=[ORDERED | {"bus": arn}]).status == 200
    assert in_eventbridge() == before, "it is the same rule"
    assert call("GET", PATH).json["events"] == [ORDERED | {"bus": arn}]


def test_a_bus_that_is_full_is_told_of_and_the_rule_comes_once_there_is_room(call: Call) -> None:
    with refusing(clients.events(), "PutRule", "LimitExceededException", "The limit of 300 rules is reached."):
        answer = call("POST", "/v1/jobs", JOB | {"events": [UPLOADED]})
    assert answer.status == 409
    reached = "the event bus default has reached its limit of rules (The limit of 300 rules is reached.)"
    assert reached in answer.json["message"]
    assert call("GET", PATH).status == 200, "the job is saved, as the message says"
    assert in_eventbridge() == set()
    platform().syncer.sweep_marks(later())
    assert in_eventbridge() == in_table(call) != set()


def test_a_full_bus_holds_up_no_rule_of_the_job_on_another_bus(call: Call) -> None:
    """Rules are made in the order of their ids: the first one is refused."""
    later_one, full = ORDERED | {"id": "zuletzt"}, type("Response", (), {"status_code": 400})

    def refuse(params: dict[str, Any], **_: Any) -> Any:
        on_default = b'"EventBusName": "default"' in params["body"]
        return (full, {"Error": {"Code": "LimitExceededException", "Message": "Full."}}) if on_default else None

    hand = clients.events().meta.events
    hand.register("before-call.events.PutRule", refuse)
    try:
        answer = call("POST", "/v1/jobs", JOB | {"events": [UPLOADED, later_one]})
    finally:
        hand.unregister("before-call.events.PutRule", refuse)
    assert (answer.status, "event uploaded starts no run yet" in answer.json["message"]) == (409, True)
    assert {bus for bus, *_ in in_eventbridge()} == {"orders"}
    platform().syncer.sweep_marks(later())
    assert in_eventbridge() == in_table(call)


@pytest.mark.parametrize(("before", "after"), [(1, True), (False, 0), (300, 300.0)])
def test_what_is_equal_to_python_is_not_to_eventbridge(call: Call, before: Any, after: Any) -> None:
    """EventBridge User Guide, "Event pattern syntax": values follow the rules of JSON, and numbers match as written."""
    job = JOB | {"events": [UPLOADED | {"pattern": {"detail": {"count": [before]}}}]}
    call("POST", "/v1/jobs", job)
    put(call, job, events=[UPLOADED | {"pattern": {"detail": {"count": [after]}}}])
    assert in_eventbridge() == in_table(call)
    (changed,) = call("GET", f"{PATH}/revisions/2/diff").json
    assert (changed["path"], json.dumps(changed["after"][0]["pattern"]["detail"]["count"])) == (
        "/events",
        json.dumps([after]),
    )
