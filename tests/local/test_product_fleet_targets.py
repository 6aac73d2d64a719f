"""The devices that a rollout reaches: by query, by joining a group, by maintenance window. On the local cloud."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.cloud import Cloud
from local.devices import register
from tests.local.device_programs import PythonDevice, python_device
from tests.local.rollouts import ended, fleet_job, rolled_out
from tests.local.signed import Caller, caller, until

MINUTE = 60


@pytest.fixture(scope="module")
def call(cloud: Cloud) -> Caller:
    """A caller who may call everything."""
    return caller(cloud, "targets-owner", "*")


@pytest.fixture
def indexed(cloud: Cloud) -> Iterator[Cloud]:
    """The cloud, with fleet indexing switched on."""
    iot = cloud.client("iot")
    iot.update_indexing_configuration(thingIndexingConfiguration={"thingIndexingMode": "REGISTRY"})
    yield cloud
    iot.update_indexing_configuration(thingIndexingConfiguration={"thingIndexingMode": "OFF"})


def devices(call: Caller, path: str) -> dict[str, str]:
    """Return the run's devices with their status."""
    return {one["thing"]: one["status"] for one in call("GET", f"{path}/devices").json}


def take(device: PythonDevice) -> str:
    """Have the device take its next job and succeed; return the job's id."""
    execution = until(device.start_next, bool)
    device.report(execution.job_id, "SUCCEEDED")
    job_id: str = execution.job_id
    return job_id


def pass_time(cloud: Cloud, holds: Callable[[], bool]) -> None:
    """Move the cloud's clock, ten minutes at a time, until this holds; two hours at most."""
    for _ in range(12):
        if holds():
            return
        cloud.advance(10 * MINUTE)
    assert holds()


def test_a_query_reaches_what_it_finds_when_the_run_begins(indexed: Cloud, call: Caller, tmp_path: Path) -> None:
    for name, kind in (("probe-1", "A"), ("probe-2", "B"), ("probe-3", "C"), ("probe-4", "A")):
        register(indexed, name, tmp_path, attributes={"kind": kind})
    query = "(attributes.kind:A OR attributes.kind:B) AND NOT thingName:probe-4"
    path = rolled_out(call, fleet_job("probes", targets={"query": query}), to=2)
    assert devices(call, path) == {"probe-1": "QUEUED", "probe-2": "QUEUED"}
    assert call("POST", f"{path}/actions/stop").status == 200


def test_a_continuous_query_reaches_what_comes_to_match(indexed: Cloud, call: Caller, tmp_path: Path) -> None:
    iot = indexed.client("iot")
    first = register(indexed, "sensor-1", tmp_path, attributes={"site": "north"})
    late = register(indexed, "sensor-2", tmp_path, attributes={"site": "south"})
    job = fleet_job("sensors", targets={"query": "attributes.site:north"}, targetSelection="CONTINUOUS")
    path = rolled_out(call, job, to=1)
    with python_device(first) as one, python_device(late) as other:
        take(one)
        assert other.start_next() is None
        iot.update_thing(thingName="sensor-2", attributePayload={"attributes": {"site": "north"}})
        take(other)
    reached = {"sensor-1": "SUCCEEDED", "sensor-2": "SUCCEEDED"}
    until(lambda: devices(call, path), lambda found: found == reached)
    assert call("GET", path).json["status"] == "ACTIVE", "a CONTINUOUS run goes on for who joins next"
    assert call("POST", f"{path}/actions/stop").status == 200


def test_a_continuous_run_reaches_who_joins_the_group_and_ends_at_its_time_limit(
    cloud: Cloud, call: Caller, tmp_path: Path
) -> None:
    iot = cloud.client("iot")
    iot.create_thing_group(thingGroupName="gates")
    first, late = (register(cloud, name, tmp_path) for name in ("gate-1", "gate-2"))
    iot.add_thing_to_thing_group(thingGroupName="gates", thingName="gate-1")
    job = fleet_job("gates", targets={"groups": ["gates"]}, targetSelection="CONTINUOUS")
    job["run"]["timeoutSeconds"] = 10
    path = rolled_out(call, job, to=1)
    with python_device(first) as one, python_device(late) as other:
        iot_job = take(one)
        iot.add_thing_to_thing_group(thingGroupName="gates", thingName="gate-2")
        assert take(other) == iot_job
    run = ended(call, path)
    assert run["status"] == "SUCCESS", run
    assert run["message"] == "It was ended at its time limit (timeoutSeconds). 2 of 2 devices succeeded."
    assert cloud.client("iot").describe_job(jobId=iot_job)["job"]["status"] == "CANCELED"


def test_a_group_reaches_the_groups_below_it(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    iot = cloud.client("iot")
    iot.create_thing_group(thingGroupName="plant")
    iot.create_thing_group(thingGroupName="plant-hall", parentGroupName="plant")
    register(cloud, "press-1", tmp_path)
    iot.add_thing_to_thing_group(thingGroupName="plant-hall", thingName="press-1")
    path = rolled_out(call, fleet_job("presses", targets={"groups": ["plant"]}), to=1)
    assert devices(call, path) == {"press-1": "QUEUED"}
    assert call("POST", f"{path}/actions/stop").status == 200


def test_a_rate_notifies_the_next_devices_a_minute_later(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    iot = cloud.client("iot")
    iot.create_thing_group(thingGroupName="pylons")
    for number in range(3):
        register(cloud, f"pylon-{number}", tmp_path)
        iot.add_thing_to_thing_group(thingGroupName="pylons", thingName=f"pylon-{number}")
    job = fleet_job("pylons", targets={"groups": ["pylons"]}, rollout={"maximumPerMinute": 2})
    path = rolled_out(call, job, to=2)
    cloud.advance(MINUTE)
    until(lambda: call("GET", f"{path}/devices").json, lambda found: len(found) == 3)
    assert call("POST", f"{path}/actions/stop").status == 200


def test_devices_are_notified_in_a_maintenance_window(cloud: Cloud, call: Caller, tmp_path: Path) -> None:
    iot = cloud.client("iot")
    iot.create_thing_group(thingGroupName="barriers")
    device = register(cloud, "barrier-1", tmp_path)
    iot.add_thing_to_thing_group(thingGroupName="barriers", thingName="barrier-1")
    opens = (datetime.now(UTC) + timedelta(minutes=45)).minute
    window = {"startTime": f"cron({opens} * * * ? *)", "durationInMinutes": 20}
    job = fleet_job("barriers", targets={"groups": ["barriers"]}, targetSelection="CONTINUOUS")
    job["run"]["fleet"]["maintenanceWindows"] = [window]
    job["run"]["timeoutSeconds"] = 86_400
    path = rolled_out(call, job, to=0)
    iot_job = f"shiftwork-local-{path.rsplit('/', 1)[-1]}"

    def status() -> Any:
        return iot.describe_job(jobId=iot_job)["job"]["status"]

    with python_device(device) as barrier:
        assert status() == "SCHEDULED"
        assert barrier.start_next() is None
        pass_time(cloud, holds=lambda: status() == "IN_PROGRESS")
        assert take(barrier) == iot_job
        pass_time(cloud, holds=lambda: status() == "SCHEDULED")
    until(lambda: devices(call, path), lambda found: found == {"barrier-1": "SUCCEEDED"})
    assert call("POST", f"{path}/actions/stop").status == 200
    assert status() == "CANCELED"
