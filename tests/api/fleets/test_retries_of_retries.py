"""A retry of devices is retried or run again itself, and devices may have been deleted since."""

import pytest

from tests.api.conftest import RUNS
from tests.api.fleets.fleet import Fleet, Run


@pytest.fixture
def failed(fleet: Fleet) -> Run:
    """A run that has failed on two of three devices."""
    run = fleet.begin()
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1")
    fleet.iot.report(fleet.iot_id(run), "FAILED", "pump-2", "pump-3")
    fleet.end(run)
    return run


def act(fleet: Fleet, run: Run, action: str) -> Run:
    """Ask for it; a new run."""
    answer = fleet.call("POST", f"{RUNS}/{run['id']}/actions/{action}")
    assert answer.status == 201, answer.text
    return dict(answer.json)


def test_a_rerun_of_a_retry_goes_to_its_devices_however_they_have_fared(fleet: Fleet, failed: Run) -> None:
    retry = act(fleet, failed, "retry-devices")
    fleet.roll_out(retry)
    fleet.iot.report(fleet.iot_id(retry), "SUCCEEDED", "pump-2")
    fleet.call("POST", f"{RUNS}/{retry['id']}/actions/stop")
    again = act(fleet, retry, "rerun")
    assert again["rerunOf"] == failed["id"], "whose devices they are"
    assert fleet.roll_out(again) == {}
    assert set(fleet.devices(again)) == {"pump-2", "pump-3"}


def test_a_retry_of_a_retry_goes_to_those_that_failed_again(fleet: Fleet, failed: Run) -> None:
    retry = act(fleet, failed, "retry-devices")
    fleet.roll_out(retry)
    fleet.iot.report(fleet.iot_id(retry), "SUCCEEDED", "pump-2")
    fleet.iot.report(fleet.iot_id(retry), "FAILED", "pump-3")
    fleet.end(retry)
    again = act(fleet, retry, "retry-devices")
    assert again["rerunOf"] == retry["id"]
    fleet.roll_out(again)
    assert set(fleet.devices(again)) == {"pump-3"}


def test_a_device_that_was_deleted_since_does_not_keep_the_others_from_it(fleet: Fleet, failed: Run) -> None:
    fleet.iot.remove_thing("pump-3")
    retry = act(fleet, failed, "retry-devices")
    assert fleet.roll_out(retry) == {}
    assert set(fleet.devices(retry)) == {"pump-2"}


def test_where_all_were_deleted_since_there_is_nobody(fleet: Fleet, failed: Run) -> None:
    fleet.iot.remove_thing("pump-2")
    fleet.iot.remove_thing("pump-3")
    retry = act(fleet, failed, "retry-devices")
    assert fleet.roll_out(retry)["error"] == "Shiftwork.NoDevices"


def test_a_retry_of_a_continuous_rollout_ends_with_its_last_device(fleet: Fleet) -> None:
    """Nobody can join devices that are named: as CONTINUOUS it would last until its time limit."""
    run = fleet.begin(timeout=86_400, targetSelection="CONTINUOUS")
    fleet.iot.report(fleet.iot_id(run), "FAILED", "pump-1")
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-2", "pump-3")
    fleet.tell_all()
    fleet.close(run)
    retry = act(fleet, run, "retry-devices")
    fleet.roll_out(retry)
    assert fleet.job(retry).asked["targetSelection"] == "SNAPSHOT"
    fleet.iot.report(fleet.iot_id(retry), "SUCCEEDED", "pump-1")
    assert fleet.end(retry)["status"] == "SUCCESS"
    assert act(fleet, run, "rerun")["overrides"] == {}
