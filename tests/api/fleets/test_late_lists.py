"""The verdict waits while IoT counts a device and does not list it yet, and does not wait for ever."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.api.fleets.fleet import Fleet, Run


@pytest.fixture
def late(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run that IoT has completed on all devices; of the last one there is no event yet, and no list has it."""
    run = fleet.begin()
    fleet.iot.report(fleet.iot_id(run), "SUCCEEDED", "pump-1", "pump-2", "pump-3")
    listed, described, ended = fleet.door._list_job_executions_for_job, fleet.door._describe_job, datetime.now(UTC)

    def without_the_last(**asked: Any) -> dict[str, Any]:
        answer = listed(**asked)
        found = [one for one in answer["executionSummaries"] if not one["thingArn"].endswith("pump-3")]
        return answer | {"executionSummaries": found}

    def with_its_end(**asked: Any) -> dict[str, Any]:
        return {"job": described(**asked)["job"] | {"completedAt": ended}}

    monkeypatch.setattr(fleet.door, "_list_job_executions_for_job", without_the_last)
    monkeypatch.setattr(fleet.door, "_describe_job", with_its_end)
    return run


def test_a_device_that_iot_counts_and_does_not_list_yet_is_waited_for(fleet: Fleet, late: Run) -> None:
    last = next(event for event in fleet.iot.events if event.get("thingArn", "").endswith("pump-3"))
    fleet.iot.events.remove(last)
    fleet.tell_all()
    assert fleet.waits(late), "pump-3 is queued as far as we know, and has succeeded as far as IoT does"
    fleet.tell(last)
    assert fleet.sweep(minutes=2) == [late["id"]]
    fleet.settle(late)
    assert fleet.get(late)["message"] == "3 of 3 devices succeeded."


def test_a_device_that_iot_never_lists_is_not_waited_for_for_ever(fleet: Fleet, late: Run) -> None:
    fleet.iot.events.clear()
    fleet.sweep(minutes=4)
    assert fleet.waits(late)
    assert fleet.sweep(minutes=6) == [late["id"]]
    fleet.settle(late)
    assert fleet.get(late)["reason"] == "DEVICES_FAILED"
