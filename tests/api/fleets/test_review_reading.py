"""What is left to read of devices: of deleted jobs nothing, by escaped names the same, and no task that never was."""

from tests.api.conftest import PATH, RUNS
from tests.api.firings import meanwhile
from tests.api.fleets.fleet import Fleet


def test_what_is_heard_of_a_device_while_its_job_is_deleted_is_not_kept(fleet: Fleet) -> None:
    """A job that is deleted with its active runs: IoT tells of the cancellation on each device just then."""
    fleet.iot.rolls_out = False
    run = fleet.begin()
    fleet.iot.roll_out(fleet.iot_id(run))
    with meanwhile("BatchWriteItem", fleet.tell_all):
        assert fleet.call("DELETE", f"{PATH}?stopCurrentJobRuns=true").status == 200
    assert fleet.iot.events == [], "they were told"
    for number in (1, 2, 3):
        assert fleet.call("GET", f"/v1/devices/pump-{number}/executions").json == []


def test_a_name_with_a_colon_may_be_escaped(fleet: Fleet) -> None:
    fleet.iot.add_things("site:7")
    run = fleet.begin(targets={"things": ["site:7"]})
    for name in ("site:7", "site%3A7", "site%3a7"):
        (found,) = fleet.call("GET", f"/v1/devices/{name}/executions").json
        assert (found["thing"], found["runId"]) == ("site:7", run["id"])
    for name in ("site%2F7", "%00", "site%7", "%253A", "a" * 129):
        assert fleet.call("GET", f"/v1/devices/{name}/executions").status == 400


def test_a_run_of_a_fleet_has_no_tasks(fleet: Fleet) -> None:
    run = fleet.begin()
    assert fleet.call("GET", f"{RUNS}/{run['id']}/tasks").json == []
