"""Calls that do not arrive, answers that get lost, refusals, and jobs that are taken away."""

from pathlib import Path

import pytest

from tests.agent.device import Device

CALLS = 4  # start-next, IN_PROGRESS for the output, IN_PROGRESS for the step, SUCCEEDED


def through(device: Device) -> None:
    """A job from its making to its end, with the time that faults may take."""
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
    assert kept.history == [("SUCCEEDED", {"reason": "The details of this report were refused by the jobs service"})]


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
