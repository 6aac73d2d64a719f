"""What devices report comes in any order, twice, late, and as rubbish: what is final stays."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from tests.api.conftest import RUNS
from tests.api.fleets.fleet import Fleet, Run

Event = dict[str, Any]


@pytest.fixture
def run(fleet: Fleet) -> Run:
    """A run that was rolled out to three devices; the first has begun."""
    run = fleet.begin()
    fleet.iot.start(fleet.iot_id(run), "pump-1")
    return run


def device(fleet: Fleet, run: Run, thing: str = "pump-1") -> dict[str, Any]:
    """A device of the run."""
    found = fleet.call("GET", f"{RUNS}/{run['id']}/devices").json
    return next(dict(one) for one in found if one["thing"] == thing)


def test_news_may_come_in_any_order_and_twice(fleet: Fleet) -> None:
    run = fleet.begin(retry=[{"failureType": "FAILED", "numberOfRetries": 2}])
    job = fleet.iot_id(run)
    for status in ("FAILED", "FAILED", "SUCCEEDED"):
        fleet.iot.start(job, "pump-1")
        fleet.iot.report(job, status, "pump-1", was=status)
    events = [event for event in fleet.iot.events if event["eventType"] == "JOB_EXECUTION"]
    assert [event["executionNumber"] for event in events] == [1, 2, 3]
    for order in permutations(events):
        fleet.tell(*order, *reversed(order))
        found = device(fleet, run)
        attempts = [(one["number"], one["status"], one["details"]) for one in found["attempts"]]
        assert attempts == [
            (1, "FAILED", {"was": "FAILED"}),
            (2, "FAILED", {"was": "FAILED"}),
            (3, "SUCCEEDED", {"was": "SUCCEEDED"}),
        ]
        assert fleet.counts(run) == {"SUCCEEDED": 1, "QUEUED": 2}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whichever_of_several_attempts_is_told_first_the_last_one_counts(fleet: Fleet, order: tuple[int, ...]) -> None:
    run = fleet.begin(retry=[{"failureType": "FAILED", "numberOfRetries": 2}])
    job = fleet.iot_id(run)
    for status in ("FAILED", "FAILED", "SUCCEEDED"):
        fleet.iot.report(job, status, "pump-1")
    events = list(fleet.iot.events)
    fleet.tell(*(events[place] for place in order))
    assert fleet.counts(run) == {"SUCCEEDED": 1, "QUEUED": 2}
    assert [one["number"] for one in device(fleet, run)["attempts"]] == [1, 2, 3]


def test_the_jobs_end_may_be_told_before_that_of_its_devices(fleet: Fleet, run: Run) -> None:
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    *devices, job = fleet.iot.events
    fleet.tell(job)
    assert not fleet.waits(run)
    fleet.settle(run)
    fleet.tell(*devices, job, *devices)
    ended = fleet.get(run)
    assert (ended["status"], ended["devices"]["counts"]["SUCCEEDED"]) == ("SUCCESS", 3)
    assert ended["devices"]["progress"] == 100


def test_what_comes_late_is_counted_and_changes_no_verdict(fleet: Fleet, run: Run) -> None:
    fleet.iot.report(fleet.iot_id(run), "FAILED", "pump-1", "pump-2", "pump-3")
    events = list(fleet.iot.events)
    fleet.tell(events.pop())
    fleet.settle(run)
    assert fleet.get(run)["reason"] == "DEVICES_FAILED"
    fleet.tell(*events)
    late = fleet.get(run)
    assert (late["status"], late["reason"], fleet.counts(run)) == ("FAILED", "DEVICES_FAILED", {"FAILED": 3})


def changed(name: str, value: Any) -> Callable[[Event], Event]:
    """The event with something else in it."""
    return lambda event: {**event, name: value}


def without(name: str) -> Callable[[Event], Event]:
    """The event without something."""
    return lambda event: {key: value for key, value in event.items() if key != name}


RUBBISH = {
    "an unknown status": changed("status", "EXPLODED"),
    "no status": without("status"),
    "a number as the status": changed("status", 7),
    "a list as the status": changed("status", []),
    "no thing": without("thingArn"),
    "the ARN of a group": changed("thingArn", "arn:aws:iot:eu-central-1:123456789012:thinggroup/pumps"),
    "no time": without("timestamp"),
    "a time that is a text": changed("timestamp", "yesterday"),
    "a time that no calendar has": changed("timestamp", 10**15),
    "an execution number that is a text": changed("executionNumber", "first"),
    "another job": changed("jobId", "somebody-elses"),
    "no job": without("jobId"),
    "another type": changed("eventType", "THING"),
    "the deletion of the execution": changed("operation", "deleted"),
}


@pytest.mark.parametrize("change", RUBBISH.values(), ids=RUBBISH.keys())
def test_rubbish_changes_nothing(fleet: Fleet, run: Run, change: Callable[[Event], Event]) -> None:
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1")
    (event,) = fleet.iot.events
    before = fleet.counts(run)
    fleet.tell(change(event))
    assert fleet.counts(run) == before == {"QUEUED": 3}
    fleet.tell(event)
    assert fleet.counts(run) == {"SUCCEEDED": 1, "QUEUED": 2}


@pytest.mark.parametrize(
    ("details", "kept"),
    [
        ({"uptime": 17, "ok": True, "nothing": None}, {"uptime": "17", "ok": "True", "nothing": "None"}),
        ({"log": "x" * 300_000}, {"log": "x" * 1024}),
        ({"log": "two\nlines\x00\ud800"}, {"log": "two lines  "}),
        ({}, {}),
        (None, {}),
        ({"inner": {"a": [1]}}, {"inner": "{'a': [1]}"}),
        ({f"n{number}": "x" for number in range(5000)}, {f"n{number}": "x" for number in range(10)}),
    ],
)
def test_a_device_may_tell_anything_in_its_details(fleet: Fleet, run: Run, details: Any, kept: dict[str, str]) -> None:
    fleet.iot.report(fleet.iot_id(run), "FAILED", "pump-1")
    (event,) = fleet.iot.events
    fleet.tell({**event, "statusDetails": details})
    assert device(fleet, run)["details"] == kept


def test_a_thing_may_have_colons_in_its_name(fleet: Fleet) -> None:
    fleet.iot.add_things("site:7:thing:a_B-9", group="colons")
    run = fleet.begin(targets={"groups": ["colons"], "things": ["site:7:thing:a_B-9"]})
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "site:7:thing:a_B-9")
    assert fleet.end(run)["status"] == "SUCCESS"
    assert fleet.devices(run) == {"site:7:thing:a_B-9": "SUCCEEDED"}
    (one,) = fleet.call("GET", "/v1/devices/site:7:thing:a_B-9/executions").json
    assert (one["runId"], one["status"]) == (run["id"], "SUCCEEDED")
