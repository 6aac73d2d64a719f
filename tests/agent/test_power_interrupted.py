"""What goes wrong around a restart of the machine; no device may restart again and again."""

from pathlib import Path

import pytest

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.execution import Outcome
from shiftwork_agent.jobs.ports import Again
from tests.agent.device import Device
from tests.agent.orders import Place
from tests.agent.processes import Begin
from tests.agent.step_documents import document, handler, journal

REBOOT = Outcome("IN_PROGRESS", {"step": "initiated"}, "reboot")


def test_work_that_is_interrupted_after_a_restart_of_the_machine_says_so(device: Device) -> None:
    device.jobs.add("a")
    device.settle()
    device.work.finish(REBOOT)
    device.settle()
    device.board.boots += 1
    for _ in range(2):
        device.start()
        device.connect()
    assert [work.again for work in device.works[1:]] == [Again(True, True), Again(True, True, interrupted=True)]


def test_work_that_may_not_begin_again_does_not_after_a_restart_either(begin: Begin) -> None:
    with pytest.raises(JobError, match="restarted in the middle"):
        begin("talk", Again(wanted_reboot=True, rebooted=True, interrupted=True))


def test_a_machine_does_not_restart_if_nothing_would_know_of_it(device: Device, tmp_path: Path) -> None:
    kept = device.jobs.add("a")
    device.settle()
    (tmp_path / "job.new").mkdir()  # as good as a full disk
    device.work.finish(REBOOT)
    device.settle()
    assert device.board.turned == []
    assert (kept.status, kept.details["reason"]) == ("FAILED", "The agent cannot write to its state folder")


def test_steps_that_lost_their_place_do_not_restart_the_machine_again(stepper: Place) -> None:
    """The state folder did not outlive the restart: only the details of the job tell of it."""
    outcome = stepper.run(document(handler("note.sh", "1"), handler("reboot.sh")), Again(True, True))
    assert (outcome.status, outcome.then, outcome.details["errorCode"]) == ("FAILED", None, "ERR_INTERRUPTED")
    assert journal(stepper) == []
