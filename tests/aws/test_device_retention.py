"""How long devices are kept, and with what they are deleted."""

from dataclasses import replace

import pytest

from functions.aws.table.devices import DeviceTable, device_key
from functions.aws.table.jobs import JobTable
from functions.aws.table.runs import RunTable
from functions.aws.table.table import Table
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.page import PageRequest
from tests.aws.conftest import NOW, RUN, SUCCESS, delete, make_job
from tests.aws.fleets import FLEET_RUN, JOB, ROLLOUT, report

QUEUED, SUCCEEDED, FAILED = DeviceStatus.QUEUED, DeviceStatus.SUCCEEDED, DeviceStatus.FAILED
ALL = tuple(DeviceStatus)


@pytest.mark.parametrize(("keep", "timeout", "seconds"), [(None, 60, 37 * 86_400), (60, 10**6, 60 + 10**6)])
def test_devices_are_kept_longer_than_their_run(
    devices: DeviceTable, runs: RunTable, table: Table, keep: int | None, timeout: int, seconds: int
) -> None:
    run_id = RUN.id + "b"
    plan = replace(FLEET_RUN.plan, keep_seconds=keep, timeout=timeout)
    runs.put(replace(FLEET_RUN, id=run_id, plan=plan), None)
    devices.note(replace(ROLLOUT, run_id=run_id), report("a", FAILED))
    item = table.get(device_key(JOB, run_id, "a"))
    assert item is not None
    assert item["expiresAt"] == NOW.timestamp() + seconds


def test_devices_are_deleted_with_their_run_and_with_their_job(
    runs: RunTable, jobs: JobTable, devices: DeviceTable, table: Table
) -> None:
    other = replace(FLEET_RUN, id=RUN.id + "b")
    runs.put(other, None)
    for run_id in (RUN.id, other.id):
        for n in range(30):
            devices.note(replace(ROLLOUT, run_id=run_id), report(f"thing-{n}", SUCCEEDED))
        runs.settle(JOB, run_id, SUCCESS, NOW)
    run = runs.get(JOB, RUN.id)
    assert run is not None
    assert runs.delete(run, NOW)
    assert [len(list(devices.things(JOB, run_id, ALL))) for run_id in (RUN.id, other.id)] == [0, 30]
    delete(jobs, make_job())
    assert list(devices.things(JOB, other.id, ALL)) == []
    assert devices.of_thing("thing-1", PageRequest(limit=10)).items == []
