"""A new run for the devices that failed, in one call; the same again; what one device has gone through."""

from typing import Any

import pytest

from tests.api.conftest import JOB, PATH, RUNS
from tests.api.fleets.fleet import PUMPS, Fleet, Run

PARAMETERS = {"VERSION": {"default": "1", "allowed": ["1", "2"]}}
DOCUMENT = {"operation": "update", "version": "${aws:iot:parameter:VERSION}"}


@pytest.fixture
def run(fleet: Fleet) -> Run:
    """A run that has failed on two of three devices, each otherwise."""
    fleet.save(
        document=DOCUMENT,
        job={"id": "team.job", "parameters": PARAMETERS, "run": {"fleet": PUMPS | {"document": DOCUMENT}}},
    )
    run = fleet.trigger({"parameters": {"VERSION": "2"}})
    fleet.roll_out(run)
    for thing, status in (("pump-1", "SUCCEEDED"), ("pump-2", "FAILED"), ("pump-3", "REJECTED")):
        fleet.iot.report(fleet.iot_id(run), status, thing)
    assert fleet.end(run)["reason"] == "DEVICES_FAILED"
    return run


def retry(fleet: Fleet, run: Run, body: Any = None, **headers: str) -> Any:
    """Ask for it."""
    return fleet.call("POST", f"{RUNS}/{run['id']}/actions/retry-devices", body, headers=headers)


@pytest.mark.parametrize(
    ("body", "things"),
    [
        (None, ["pump-2"]),
        ({"statuses": ["REJECTED"]}, ["pump-3"]),
        ({"statuses": ["REJECTED", "FAILED", "CANCELED"]}, ["pump-2", "pump-3"]),
    ],
)
def test_only_the_devices_that_failed_are_gone_to_again(fleet: Fleet, run: Run, body: Any, things: list[str]) -> None:
    answer = retry(fleet, run, body)
    assert answer.status == 201
    again = answer.json
    assert again["rerunOf"] == run["id"]
    assert again["overrides"]["devices"]
    assert fleet.roll_out(again) == {}
    job = fleet.job(again)
    assert [arn.partition(":thing/")[2] for arn in job.asked["targets"]] == things
    assert job.asked["document"] == '{"operation":"update","version":"2"}', "with the inputs of the first run"
    fleet.iot.report(fleet.iot_id(again), "SUCCEEDED", *things)
    assert fleet.end(again)["status"] == "SUCCESS"


@pytest.mark.slow
def test_two_hundred_devices_are_gone_to_by_a_temporary_group(fleet: Fleet) -> None:
    lamps = [f"lamp-{number:03}" for number in range(201)]
    fleet.iot.add_things(*lamps, group="lamps")
    run = fleet.begin(targets={"groups": ["lamps"]})
    fleet.iot.report(fleet.iot_id(run), "FAILED", *lamps[:200])
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", lamps[200])
    fleet.iot.events.clear()
    fleet.sweep()
    fleet.settle(run)
    again = retry(fleet, run).json
    fleet.roll_out(again)
    assert fleet.iot.account.members(fleet.iot_id(again)) == lamps[:200]
    assert dict(fleet.job(again).counts()) == {"QUEUED": 200}


def test_where_nothing_failed_so_there_is_nothing_to_repeat(fleet: Fleet, run: Run) -> None:
    answer = retry(fleet, run, {"statuses": ["TIMED_OUT", "CANCELED"]})
    assert answer.status == 409
    assert "is TIMED_OUT or CANCELED, so there is nothing to repeat" in answer.json["message"]
    assert len(fleet.call("GET", f"{RUNS}?limit=10").json) == 1


def test_a_run_that_goes_on_cannot_be_repeated(fleet: Fleet, run: Run) -> None:
    active = fleet.trigger()
    assert retry(fleet, active).status == 409


def test_a_run_of_containers_has_no_devices_to_repeat(fleet: Fleet) -> None:
    fleet.call("POST", "/v1/jobs", JOB)
    run = fleet.trigger()
    fleet.waiting.end(run["id"], "FAILED", error="x", cause="y")
    fleet.settle(run)
    answer = retry(fleet, run)
    assert (answer.status, "actions/rerun" in answer.json["message"]) == (409, True)
    assert fleet.call("GET", f"{RUNS}/{run['id']}/devices").json == []


def test_a_job_that_goes_to_no_fleet_any_more_cannot_repeat_it(fleet: Fleet, run: Run) -> None:
    changed = fleet.call("PUT", PATH, {**JOB, "parameters": {"VERSION": {"default": "1"}}})
    assert changed.status == 200, changed.text
    answer = retry(fleet, run)
    assert answer.status in (409, 422)
    assert "fleet" in answer.text
    assert len(fleet.call("GET", f"{RUNS}?limit=10").json) == 1


def test_a_run_that_is_not_there_cannot_be_repeated(fleet: Fleet, run: Run) -> None:
    assert retry(fleet, {"id": "20260102030405kV9x0aaaaa"}).status == 404


def test_bad_statuses_are_refused(fleet: Fleet, run: Run) -> None:
    bodies: list[Any] = [{"statuses": []}, {"statuses": ["SUCCEEDED"]}, {"statuses": "FAILED"}, {"status": ["FAILED"]}]
    for body in bodies:
        assert retry(fleet, run, body).status == 422


def test_asked_for_twice_with_a_key_it_is_one_run(fleet: Fleet, run: Run) -> None:
    first, second = (retry(fleet, run, **{"idempotency-key": "mine"}) for _ in range(2))
    assert first.json["id"] == second.json["id"]


def test_a_rerun_goes_to_all_devices_and_one_of_a_retry_to_the_same(fleet: Fleet, run: Run) -> None:
    rerun = fleet.call("POST", f"{RUNS}/{run['id']}/actions/rerun").json
    fleet.roll_out(rerun)
    assert set(fleet.devices(rerun)) == {"pump-1", "pump-2", "pump-3"}
    fleet.call("POST", f"{RUNS}/{rerun['id']}/actions/stop?force=true")
    again = retry(fleet, run).json
    fleet.roll_out(again)
    fleet.iot.report(fleet.iot_id(again), "FAILED", "pump-2")
    assert fleet.end(again)["status"] == "FAILED"
    third = fleet.call("POST", f"{RUNS}/{again['id']}/actions/rerun")
    assert third.status == 201
    fleet.roll_out(third.json)
    assert set(fleet.devices(third.json)) == {"pump-2"}


def test_devices_whose_run_was_deleted_meanwhile_are_nobody(fleet: Fleet, run: Run) -> None:
    again = retry(fleet, run).json
    assert fleet.call("DELETE", f"{RUNS}/{run['id']}").status == 200
    fleet.roll_out(again)
    assert fleet.end(again)["reason"] == "NO_DEVICES"
