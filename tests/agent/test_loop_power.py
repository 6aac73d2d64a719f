"""Jobs that restart or shut down the machine, and power cuts: no device restarts again and again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shiftwork_agent.jobs.execution import SUCCEEDED, Outcome
from shiftwork_agent.jobs.ports import Resumption
from tests.agent.device import Device

REBOOT = Outcome("IN_PROGRESS", {"step": "initiated"}, "reboot")
STEPS = 43  # more than there are: the last cut comes too late


def test_a_reboot_is_reported_before_and_after(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.work.finish(REBOOT)
    device.settle()
    assert device.board.power_changes == ["reboot"]
    assert kept.history == [("IN_PROGRESS", {"step": "initiated", "bootId": "boot-1"})]
    device.board.boots += 1
    device.start()
    device.connect()
    assert device.work.resumption == Resumption(wanted_reboot=True, rebooted=True)
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
    assert device.work.resumption == Resumption(wanted_reboot=True, rebooted=False)
    assert device.board.power_changes == ["reboot"]


def test_no_machine_restarts_for_a_job_that_is_over(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    kept.status = "CANCELED"
    device.work.finish(REBOOT)
    device.settle()
    assert device.board.power_changes == []


def test_a_machine_with_a_lost_state_folder_restarts_once(device: Device) -> None:
    """If the state folder was in memory, the job's details tell that the machine restarted."""
    device.jobs.add("a")
    device.settle()
    device.work.finish(REBOOT)
    device.settle()
    device.notes.clear()
    device.board.boots += 1
    device.start()
    device.connect()
    assert device.work.resumption == Resumption(wanted_reboot=True, rebooted=True)


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
    assert device.board.power_changes == ["shutdown"]
    assert after.status == "QUEUED"
    device.start()
    device.connect()
    assert after.status == "IN_PROGRESS"


def test_work_that_is_interrupted_after_a_restart_of_the_machine_says_so(device: Device) -> None:
    device.jobs.add("a")
    device.settle()
    device.work.finish(REBOOT)
    device.settle()
    device.board.boots += 1
    for _ in range(2):
        device.start()
        device.connect()
    assert [work.resumption for work in device.works[1:]] == [
        Resumption(True, True),
        Resumption(True, True, interrupted=True),
    ]


def test_a_machine_does_not_restart_if_nothing_would_know_of_it(device: Device, tmp_path: Path) -> None:
    kept = device.jobs.add("a")
    device.settle()
    (tmp_path / "job.new").mkdir()  # as good as a full disk
    device.work.finish(REBOOT)
    device.settle()
    assert device.board.power_changes == []
    assert (kept.status, kept.details["reason"]) == ("FAILED", "The agent cannot write to its state folder")


class PowerCutError(BaseException):
    """The power goes. No code of the agent catches this."""


def cut_at(device: Device, step: int) -> None:
    left = [step]

    def tick() -> None:
        left[0] -= 1
        if not left[0]:
            raise PowerCutError

    def cut(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **named: Any) -> Any:
            tick()
            answer = call(*given, **named)
            tick()
            return answer

        return called

    names = ((device.notes, "write clear"), (device.jobs, "start_next update"), (device.board, "change_power"))
    for thing, calls in (*names, (device, "_begin")):
        for name in calls.split():
            setattr(thing, name, cut(getattr(thing, name)))
    device.start()


def work_off(device: Device) -> None:
    """Run all jobs. Job b restarts the machine, which comes up again when it has gone down."""
    device.connect()
    while any(not kept.over for kept in device.jobs.executions):
        if device.loop._down_by:
            start_machine(device)
        elif device.works and not device.work.over:
            first = device.work.execution.job_id == "b" and not (
                device.work.resumption and device.work.resumption.rebooted
            )
            device.work.finish(REBOOT if first else None)
        device.wait(10)


def start_machine(device: Device) -> None:
    device.board.boots += 1
    device.start()
    device.connect()


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_the_power_goes(tmp_path: Path, step: int) -> None:
    device = Device(tmp_path)
    for name in ("b", "c"):
        device.jobs.add(name)
    cut_at(device, step)
    try:
        work_off(device)
    except PowerCutError:
        start_machine(device)
        work_off(device)
    for kept in device.jobs.executions:
        assert [status for status, _ in kept.history].count(SUCCEEDED) == 1
        works = [work for work in device.works if work.execution.job_id == kept.job_id]
        assert [work.resumption is None for work in works][1:] == [False] * len(works[1:])
    device.wait(10)
    assert device.notes.read() is None
    assert len(device.board.power_changes) <= 1
