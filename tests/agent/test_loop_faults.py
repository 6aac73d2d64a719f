"""Calls that do not arrive, answers that are lost, refusals, and a connection that comes and goes."""

from pathlib import Path

import pytest

from shiftwork_agent.jobs.events import Connected
from tests.agent.device import Device

CALLS = 4  # start-next, IN_PROGRESS for the output, IN_PROGRESS for the step, SUCCEEDED


def through(device: Device) -> None:
    """Run a job from its creation to its end, with the time that faults may take."""
    device.jobs.add("a")
    device.settle()
    device.wait(400)
    device.work.tell(step="half")
    device.settle()
    device.wait(10)
    device.work.finish()
    device.settle()
    device.wait(400)


@pytest.mark.parametrize("call", range(CALLS))
@pytest.mark.parametrize("fault", ["unreachable", "answer lost", "RequestThrottled", "InternalError", "Unheard"])
def test_one_fault_changes_nothing(device: Device, fault: str, call: int) -> None:
    device.jobs.faults = [""] * call + [fault]
    through(device)
    kept = device.jobs.executions[0]
    assert kept.status == "SUCCEEDED"
    assert [status for status, _ in kept.history].count("SUCCEEDED") == 1
    assert len(device.works) == 1
    assert device.jobs.faults == []
    assert device.notes.read() is None


def test_details_that_are_refused_do_not_hold_up_the_outcome(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.jobs.faults = ["InvalidRequest"]
    device.work.finish()
    device.settle()
    assert kept.history == [("SUCCEEDED", {"reason": "The jobs service refused the details of this report"})]


def test_nothing_begins_that_a_restart_would_not_know_of(device: Device, tmp_path: Path) -> None:
    (tmp_path / "job.new").mkdir()  # where the note is written first: as good as a full disk
    kept = device.jobs.add("a")
    device.settle()
    assert device.works == []
    assert kept.history[-1][1]["reason"] == "The agent cannot write to its state folder"
    (tmp_path / "job.new").rmdir()
    device.jobs.add("b")
    device.settle()
    (tmp_path / "job.new").mkdir()
    device.work.finish()
    device.settle()
    assert device.jobs.executions[1].status == "SUCCEEDED"


def test_an_outcome_waits_for_the_connection(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.disconnect()
    device.work.finish()
    device.wait(1000)
    assert kept.history == []
    device.connect()
    assert kept.status == "SUCCEEDED"
    assert len(device.works) == 1


def test_a_lost_connection_does_not_disturb_the_work(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    kept.version += 3  # what the agent missed
    device.disconnect()
    device.inbox.put(Connected())
    device.settle()
    assert not device.work.ended
    device.work.finish()
    device.settle()
    assert kept.status == "SUCCEEDED"
    assert "report refused" not in [event for event, _ in device.log]


def test_calls_that_fail_are_made_again_later_and_later(device: Device) -> None:
    device.jobs.faults = ["unreachable"] * 12
    device.jobs.add("a")
    device.settle()
    while device.jobs.faults:
        device.wait(pauses(device)[-1] / 3)
        device.wait(pauses(device)[-1])
    waits = pauses(device)
    assert 0.5 <= waits[0] <= 1
    assert waits[4] > waits[0]
    assert max(waits) <= 300
    device.wait(300)
    assert device.works


def pauses(device: Device) -> list[float]:
    return [float(str(fields["retry_seconds"])) for event, fields in device.log if event == "call failed"]


def test_a_new_connection_ends_the_pause(device: Device) -> None:
    device.jobs.faults = ["unreachable"]
    device.jobs.add("a")
    device.settle()
    assert len(pauses(device)) == 1
    device.connect()
    assert device.work.execution.key == ("a", 1)


def test_pauses_begin_short_again_after_a_call_went_through(device: Device) -> None:
    device.jobs.faults = ["unreachable"] * 8
    device.jobs.add("a")
    device.settle()
    while device.jobs.faults:
        device.wait(300)
    device.wait(300)
    device.jobs.faults = ["unreachable"]
    device.work.finish()
    device.settle()
    assert pauses(device)[-1] <= 1
