"""Rollouts with a rate, on a clock that the test moves."""

import pytest

from tests.local.fleet_rig import MINUTE, Fleet


@pytest.mark.parametrize("selection", ["SNAPSHOT", "CONTINUOUS"])
def test_a_rollout_goes_on_minute_by_minute(fleet: Fleet, selection: str) -> None:
    group = fleet.group(*(fleet.thing() for _ in range(5)))
    job = fleet.job(group, targetSelection=selection, jobExecutionsRolloutConfig={"maximumPerMinute": 2})
    for queued in (2, 4, 5, 5):
        told = fleet.iot.describe_job(jobId=job)["job"]
        assert told["jobProcessDetails"]["numberOfQueuedThings"] == queued
        fleet.aws.advance(MINUTE)
