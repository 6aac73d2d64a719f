"""The power goes, once, before or after any step that leaves something behind: in the end all is done, once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shiftwork_agent.jobs.execution import SUCCEEDED, Outcome
from tests.agent.device import Device

STEPS = 43  # more than there are: the last cut comes too late
REBOOT = Outcome("IN_PROGRESS", {"step": "initiated"}, "reboot")


class PowerCutError(BaseException):
    """Nothing catches it."""


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

    names = ((device.notes, "write clear"), (device.jobs, "start_next update"), (device.board, "turn"))
    for thing, calls in (*names, (device, "_begin")):
        for name in calls.split():
            setattr(thing, name, cut(getattr(thing, name)))
    device.start()


def work_off(device: Device) -> None:
    """All jobs, of which b restarts the machine; it comes up when its time to go down is over."""
    device.connect()
    while any(not kept.over for kept in device.jobs.executions):
        if device.loop._resting_until:
            start_machine(device)
        elif device.works and not device.work.over:
            first = device.work.execution.job_id == "b" and not (device.work.again and device.work.again.rebooted)
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
        assert [work.again is None for work in works][1:] == [False] * len(works[1:])
    device.wait(10)
    assert device.notes.read() is None
    assert len(device.board.turned) <= 1
