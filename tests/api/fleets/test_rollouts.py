"""A fleet run from the call to its end."""

from typing import Any

import pytest

from tests.api.conftest import RUNS
from tests.api.fleets.fleet import Fleet


def test_a_run_rolls_out_and_ends_when_all_devices_have(fleet: Fleet) -> None:
    run = fleet.begin()
    assert fleet.get(run)["status"] == "ACTIVE"
    asked = fleet.job(run).asked
    assert (asked["document"], asked["targetSelection"]) == ('{"operation":"update"}', "SNAPSHOT")
    assert fleet.get(run)["devices"] == {
        "total": 3,
        "finished": 0,
        "progress": 0,
        "counts": {"QUEUED": 3},
    }
    job = fleet.iot_id(run)
    fleet.iot.start(job, "pump-1", "pump-2", "pump-3")
    fleet.iot.report(job, "SUCCEEDED", "pump-1", "pump-2")
    fleet.tell_all()
    assert fleet.waits(run)
    assert fleet.get(run)["devices"]["progress"] == 66
    fleet.iot.report(job, "SUCCEEDED", "pump-3", step="verified")
    ended = fleet.end(run)
    assert (ended["status"], ended["message"]) == ("SUCCESS", "3 of 3 devices succeeded.")
    assert ended["devices"]["counts"] == {"SUCCEEDED": 3}


RULES: list[tuple[dict[str, Any], list[str], str | None]] = [
    ({}, ["SUCCEEDED", "SUCCEEDED", "FAILED"], "DEVICES_FAILED"),
    ({}, ["SUCCEEDED", "SUCCEEDED", "REJECTED"], "DEVICES_FAILED"),
    ({"maxFailed": 1}, ["SUCCEEDED", "SUCCEEDED", "TIMED_OUT"], None),
    ({"maxFailed": 1}, ["SUCCEEDED", "FAILED", "TIMED_OUT"], "DEVICES_FAILED"),
    ({"minSucceeded": 1}, ["SUCCEEDED", "FAILED", "REJECTED"], None),
    ({"minSucceeded": 2}, ["SUCCEEDED", "FAILED", "REJECTED"], "DEVICES_FAILED"),
    ({"minSucceededPercentage": 66.6}, ["SUCCEEDED", "SUCCEEDED", "FAILED"], None),
    ({"minSucceededPercentage": 66.7}, ["SUCCEEDED", "SUCCEEDED", "FAILED"], "DEVICES_FAILED"),
    ({"minSucceededPercentage": 50, "maxFailed": 0}, ["SUCCEEDED", "SUCCEEDED", "FAILED"], "DEVICES_FAILED"),
    ({"minSucceededPercentage": 0}, ["FAILED", "FAILED", "FAILED"], None),
]


@pytest.mark.parametrize(("rule", "ends", "reason"), RULES)
def test_the_success_rule_decides(fleet: Fleet, rule: dict[str, Any], ends: list[str], reason: str | None) -> None:
    run = fleet.begin(success=rule)
    for number, end in enumerate(ends, 1):
        fleet.iot.report(fleet.iot_id(run), end, f"pump-{number}")
    ended = fleet.end(run)
    assert (ended["status"], ended["reason"]) == ("FAILED" if reason else "SUCCESS", reason)
    assert f"{ends.count('SUCCEEDED')} of 3 devices succeeded" in ended["message"]


def test_a_run_of_a_fleet_has_no_tasks(fleet: Fleet) -> None:
    run = fleet.begin()
    assert fleet.call("GET", f"{RUNS}/{run['id']}/tasks").json == []
