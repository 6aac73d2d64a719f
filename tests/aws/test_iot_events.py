"""Whether AWS IoT publishes job events, on stubbed answers: moto does not have the switch."""

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
    events = {name: {"Enabled": name in on} for name in ("JOB", "JOB_EXECUTION", "THING")}
    stub.add_response("describe_event_configurations", {"eventConfigurations": events}, {})
    assert iot.events_are_on() is expected


def test_events_of_an_account_that_never_had_any_are_off(iot: IotCoreJobs, stub: Stubber) -> None:
    answers: list[dict[str, Any]] = [{}, {"eventConfigurations": {}}]
    for answer in answers:
        stub.add_response("describe_event_configurations", answer, {})
        assert not iot.events_are_on()
