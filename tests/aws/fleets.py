"""A fleet run, and reports of its devices."""

from dataclasses import replace
from datetime import timedelta

from functions.aws.table.devices import DeviceTable
from functions.aws.table.runs import RunTable
from functions.jobs.model.device import Device, DeviceReport, DeviceStatus
from functions.jobs.model.page import PageRequest
from functions.jobs.model.rollout import Rollout
from tests.aws.conftest import NOW, PLAN, RUN

JOB = RUN.job_id
FIRST, SECOND = "what the execution waits with", "what it waits with the next time"
FLEET_RUN = replace(RUN, plan=replace(PLAN, fleet=True))
ROLLOUT = Rollout(
    run_id=RUN.id,
    job_id=JOB,
    token=FIRST,
    selection="SNAPSHOT",
    success={"minSucceededPercentage": 99.5},
    created_at=NOW,
)


def report(
    thing: str, status: DeviceStatus, number: int = 1, details: dict[str, str] | None = None, seconds: int = 0
) -> DeviceReport:
    """A report of a device, `seconds` after the beginning."""
    at = NOW + timedelta(seconds=seconds)
    return DeviceReport(thing=thing, number=number, status=status, at=at, details=details)


def counts(runs: RunTable) -> dict[DeviceStatus, int]:
    """The run's numbers of devices by status."""
    run = runs.get(JOB, RUN.id)
    assert run is not None
    return dict(run.devices)


def one(devices: DeviceTable, thing: str) -> Device:
    """The device in the table."""
    found = {
        device.latest.thing: device
        for device in devices.page(JOB, RUN.id, PageRequest(limit=100), tuple(DeviceStatus)).items
    }
    return found[thing]
