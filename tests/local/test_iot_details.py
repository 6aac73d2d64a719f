"""Limits of what a device may report."""

from pathlib import Path

import pytest
from awsiot import V2ServiceException

from local.devices import register
from tests.local.device_programs import python_device
from tests.local.fleet_rig import Fleet, refusal

TOO_MANY = {f"key{number}": "x" for number in range(11)}
DETAILS = [TOO_MANY, {"a": "x" * 1025}, {"a": "two\nlines"}, {"a b": "x"}, {"k" * 129: "x"}]


@pytest.mark.parametrize("details", DETAILS)
def test_status_details_by_http(fleet: Fleet, details: dict[str, str]) -> None:
    thing = fleet.thing()
    job = fleet.job(thing)
    assert refusal(lambda: fleet.start(thing, statusDetails=details)) == "InvalidRequestException"
    assert refusal(lambda: fleet.report(thing, job, "FAILED", statusDetails=details)) == "InvalidRequestException"
    assert fleet.executions(job, thing) == [(1, "QUEUED")]


def test_status_details_by_mqtt(fleet: Fleet, tmp_path: Path) -> None:
    device = register(fleet.aws, "detailed", tmp_path)
    job = fleet.job(device.name)
    with python_device(device) as python:
        for details in DETAILS:
            with pytest.raises(V2ServiceException) as refused:
                python.report(job, "FAILED", status_details=details)
            assert refused.value.modeled_error.code == "InvalidRequest"
        python.report(job, "FAILED", status_details={"a:b_c-d": "x" * 1024})
    assert fleet.executions(job, device.name) == [(1, "FAILED")]
