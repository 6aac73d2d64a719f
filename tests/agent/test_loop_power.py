"""Jobs that restart or shut down the machine."""

from shiftwork_agent.jobs.execution import Outcome
from shiftwork_agent.jobs.ports import Again
from tests.agent.device import Device

REBOOT = Outcome("IN_PROGRESS", {"step": "initiated"}, "reboot")


def test_a_reboot_is_reported_before_and_after(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.work.finish(REBOOT)
    device.settle()
    assert device.board.turned == ["reboot"]
    assert kept.history == [("IN_PROGRESS", {"step": "initiated", "bootId": "boot-1"})]
    device.board.boots += 1
    device.start()
    device.connect()
    assert device.work.again == Again(wanted_reboot=True, rebooted=True)
    device.work.finish(Outcome("SUCCEEDED", {"step": "rebooted"}))
    device.settle()
    assert kept.history[-1] == ("SUCCEEDED", {"step": "rebooted"})


def test_an_agent_that_restarts_without_its_machine_says_so(device: Device) -> None:
    device.jobs.add("a")
    device.settle()
    device.work.finish(REBOOT)
    device.settle()
    device.start()
    device.connect()
    assert device.work.again == Again(wanted_reboot=True, rebooted=False)
    assert device.board.turned == ["reboot"]


def test_no_machine_restarts_for_a_job_that_is_over(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    kept.status = "CANCELED"
    device.work.finish(REBOOT)
    device.settle()
    assert device.board.turned == []


def test_a_machine_with_a_lost_state_folder_restarts_once(device: Device) -> None:
    """Where the state folder is in memory, the details of the job tell what was going on."""
    device.jobs.add("a")
    device.settle()
    device.work.finish(REBOOT)
    device.settle()
    device.notes.clear()
    device.board.boots += 1
    device.start()
    device.connect()
    assert device.work.again == Again(wanted_reboot=True, rebooted=True)


def test_a_machine_that_will_not_restart_fails_the_job(device: Device) -> None:
    device.board.stuck = True
    kept = device.jobs.add("a")
    device.settle()
    device.work.finish(REBOOT)
    device.settle()
    assert kept.status == "FAILED"
    assert kept.details["reason"] == "systemctl: not permitted"


def test_a_machine_that_does_not_go_down_fails_the_job(device: Device) -> None:
    kept, after = device.jobs.add("a"), device.jobs.add("b")
    device.settle()
    device.work.finish(REBOOT)
    device.settle()
    device.wait(299)
    assert kept.status == "IN_PROGRESS"
    assert len(device.works) == 1
    device.wait(1)
    assert kept.details["reason"] == "The machine did not go down"
    assert after.status == "IN_PROGRESS"


def test_a_shutdown_is_reported_first_and_then_nothing_begins(device: Device) -> None:
    kept, after = device.jobs.add("a"), device.jobs.add("b")
    device.settle()
    device.work.finish(Outcome("SUCCEEDED", {"step": "initiated"}, "shutdown"))
    device.settle()
    assert kept.status == "SUCCEEDED"
    assert device.board.turned == ["shutdown"]
    assert after.status == "QUEUED"
    device.start()
    device.connect()
    assert after.status == "IN_PROGRESS"
