"""Whether IoT tells of jobs, on told answers: moto does not know of it."""

from typing import Any

import pytest
from botocore.stub import Stubber

from functions.aws.iot.jobs import IotCoreJobs


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ({"JOB", "JOB_EXECUTION"}, True),
        ({"JOB"}, False),
        ({"JOB_EXECUTION", "THING"}, False),
        (set(), False),
    ],
)
def test_events_are_on_if_both_kinds_are(iot: IotCoreJobs, stub: Stubber, on: set[str], expected: bool) -> None:
    told = {name: {"Enabled": name in on} for name in ("JOB", "JOB_EXECUTION", "THING")}
    stub.add_response("describe_event_configurations", {"eventConfigurations": told}, {})
    assert iot.events_are_on() is expected


def test_events_of_an_account_that_never_had_any_are_off(iot: IotCoreJobs, stub: Stubber) -> None:
    answers: list[dict[str, Any]] = [{}, {"eventConfigurations": {}}]
    for answer in answers:
        stub.add_response("describe_event_configurations", answer, {})
        assert not iot.events_are_on()
