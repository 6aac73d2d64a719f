"""Lists of the devices of a run, and of the device executions of a thing."""

from dataclasses import replace

import pytest

from functions.aws.table.devices import DeviceTable
from functions.aws.table.runs import RunTable
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.errors import InvalidTokenError
from functions.jobs.model.page import PageRequest
from tests.aws.conftest import RUN, walk
from tests.aws.fleets import FLEET_RUN, JOB, ROLLOUT, report

QUEUED, SUCCEEDED, FAILED = DeviceStatus.QUEUED, DeviceStatus.SUCCEEDED, DeviceStatus.FAILED
ALL = tuple(DeviceStatus)


def test_pages_by_name_and_status(devices: DeviceTable) -> None:
    for n, status in enumerate([FAILED, SUCCEEDED, DeviceStatus.TIMED_OUT, FAILED, SUCCEEDED]):
        devices.note(ROLLOUT, report(f"thing:{n}", status))

    def names(*statuses: DeviceStatus) -> list[str]:
        found = walk(lambda request: devices.page(JOB, RUN.id, request, statuses), 2)
        assert list(devices.things(JOB, RUN.id, statuses)) == [device.latest.thing for device in found]
        return [device.latest.thing.removeprefix("thing:") for device in found]

    assert names(*ALL) == ["0", "1", "2", "3", "4"]
    assert names(FAILED) == ["0", "3"]
    assert names(FAILED, DeviceStatus.TIMED_OUT) == ["0", "2", "3"]
    assert names(QUEUED) == []
    with pytest.raises(InvalidTokenError):
        devices.page(JOB, RUN.id, PageRequest(limit=1, cursor="nonsense"), ALL)


def test_executions_of_a_thing_are_listed_newest_first(devices: DeviceTable, runs: RunTable) -> None:
    ids = [f"2026010203040{n}ccccc" for n in (7, 9, 8)]
    for run_id in ids:
        runs.put(replace(FLEET_RUN, id=run_id), None)
        for thing in ("a", "a2"):
            devices.note(replace(ROLLOUT, run_id=run_id), report(thing, FAILED))
    found = walk(lambda request: devices.of_thing("a", request), 2)
    assert [device.run_id for device in found] == sorted(ids, reverse=True)
    assert {(device.job_id, device.latest.thing) for device in found} == {(JOB, "a")}
    assert devices.of_thing("another", PageRequest(limit=2)).items == []
