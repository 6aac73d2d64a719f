"""What is known of devices: by run, by device across jobs, until run or job are deleted."""

import pytest

from tests.api.conftest import PATH, RUNS, walk
from tests.api.firings import meanwhile
from tests.api.fleets.fleet import PUMPS, Fleet, Run


@pytest.fixture
def runs(fleet: Fleet) -> list[Run]:
    """Two runs of one job and one of another, the latest last; the pumps are in all of them."""
    found = [fleet.begin()]
    for job in ("team.job", "other.job"):
        if job == "other.job":
            fleet.save(job={"id": job})
        run = fleet.call("POST", f"/v1/jobs/{job}/runs").json
        fleet.roll_out(run)
        found.append(run)
    return found


def history(fleet: Fleet, thing: str) -> list[tuple[str, str]]:
    """The runs on a device, with their jobs."""
    return [(one["jobId"], one["runId"]) for one in walk(fleet.call, f"/v1/devices/{thing}/executions?limit=2")]


def test_a_device_has_a_history_across_jobs(fleet: Fleet, runs: list[Run]) -> None:
    fleet.iot.report(fleet.iot_id(runs[1]), "FAILED", "pump-1", error="disk full")
    fleet.tell_all()
    known = {(run["jobId"], run["id"]) for run in runs}
    assert set(history(fleet, "pump-1")) == known
    ids = [run_id for _, run_id in history(fleet, "pump-1")]
    assert ids == sorted(ids, reverse=True), "the newest run first"
    found = fleet.call("GET", "/v1/devices/pump-1/executions?limit=10").json
    failed = next(one for one in found if one["runId"] == runs[1]["id"])
    assert (failed["status"], failed["details"]) == ("FAILED", {"error": "disk full"})


def test_a_device_that_no_run_knows_has_none(fleet: Fleet, runs: list[Run]) -> None:
    assert fleet.call("GET", "/v1/devices/nobody/executions").json == []
    assert fleet.call("GET", "/v1/devices/no%20thing/executions").status == 400


def test_devices_are_paged_and_filtered(fleet: Fleet, runs: list[Run]) -> None:
    run = runs[0]
    fleet.iot.report(fleet.iot_id(run), "FAILED", "pump-2")
    fleet.iot.report(fleet.iot_id(run), "REJECTED", "pump-3")
    fleet.tell_all()
    path = f"{RUNS}/{run['id']}/devices"
    assert [one["thing"] for one in walk(fleet.call, f"{path}?limit=2")] == ["pump-1", "pump-2", "pump-3"]
    found = walk(fleet.call, f"{path}?status=FAILED,REJECTED&limit=1")
    assert [one["thing"] for one in found] == ["pump-2", "pump-3"]
    assert fleet.devices(run, "?status=FAILED&status=QUEUED") == {"pump-1": "QUEUED", "pump-2": "FAILED"}
    for query in ("status=BROKEN", "limit=0", "limit=x", "cursor=x"):
        assert fleet.call("GET", f"{path}?{query}").status in (400, 422), query
    assert fleet.call("GET", f"{RUNS}/20260102030405kV9x0aaaaa/devices").status == 404


def test_a_deleted_run_takes_its_devices_with_it(fleet: Fleet, runs: list[Run]) -> None:
    run = runs[0]
    assert fleet.call("DELETE", f"{RUNS}/{run['id']}").status == 409
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    late = list(fleet.iot.events)
    fleet.end(run)
    assert fleet.call("DELETE", f"{RUNS}/{run['id']}").status == 200
    assert len(history(fleet, "pump-1")) == 2
    fleet.tell(*late)
    assert len(history(fleet, "pump-1")) == 2, "what is told again of it makes nothing"
    assert fleet.sweep() == [run["id"]]
    assert run["id"] not in fleet.sweep()


def test_a_deleted_job_takes_the_devices_of_its_runs_with_it(fleet: Fleet, runs: list[Run]) -> None:
    assert fleet.call("DELETE", PATH).status == 409
    assert fleet.call("DELETE", f"{PATH}?stopCurrentJobRuns=true").status == 200
    assert history(fleet, "pump-1") == [("other.job", runs[2]["id"])]
    stopped = [fleet.job(run).status for run in runs]
    assert stopped == ["CANCELED", "CANCELED", "IN_PROGRESS"]
    fleet.tell_all()
    assert history(fleet, "pump-1") == [("other.job", runs[2]["id"])]
    fleet.sweep()
    assert history(fleet, "pump-1") == [("other.job", runs[2]["id"])]


def test_a_job_of_the_same_id_does_not_inherit_devices(fleet: Fleet) -> None:
    run = fleet.begin()
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    late = list(fleet.iot.events)
    fleet.end(run)
    assert fleet.call("DELETE", PATH).status == 200
    fleet.save(targets=PUMPS["targets"] | {"things": ["pump-1"]})
    fleet.tell(*late)
    assert fleet.call("GET", f"{RUNS}/{run['id']}/devices").status == 404
    assert history(fleet, "pump-1") == []


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
