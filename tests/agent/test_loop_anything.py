"""Events in any order: one job runs at a time, a second begin is marked as such, and all jobs come to an end."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from shiftwork_agent.jobs.execution import Outcome
from tests.agent.device import Device

EVENTS = (
    "job",
    "cancel",
    "finish",
    "fail",
    "tell",
    "restart",
    "disconnect",
    "connect",
    "unreachable",
    "answer lost",
    "RequestThrottled",
    "time",
    "quiet cancel",
)


def happen(device: Device, event: str, number: int) -> None:
    """Make one event happen. An event that needs a job does nothing without one."""
    first = device.jobs.first()
    work = device.works[-1] if device.works and not device.works[-1].over else None
    if event == "job":
        device.jobs.add(f"job-{number}")
    elif event in ("cancel", "quiet cancel") and first:
        device.jobs.cancel(first) if event == "cancel" else setattr(first, "status", "CANCELED")
    elif event in ("finish", "fail") and work:
        work.finish(Outcome("SUCCEEDED" if event == "finish" else "FAILED", {"from": str(len(device.works))}))
    elif event == "tell" and work:
        work.tell(step=str(number))
    elif event == "restart":
        device.start()
        device.connect()
    elif event in ("connect", "disconnect"):
        getattr(device, event)()
    elif event == "time":
        device.wait(70)
    elif event[0].isupper() or event in ("unreachable", "answer lost"):
        device.jobs.faults.append(event)
    device.settle()


def calm_down(device: Device) -> None:
    """Finish all jobs without further faults."""
    device.jobs.faults.clear()
    device.connect()
    for _ in range(len(device.jobs.executions) * 2 + 3):
        device.wait(301)
        if device.works and not device.works[-1].over:
            device.work.finish()
            device.settle()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_all_jobs_come_to_an_end(events: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        device = Device(Path(folder))
        device.connect()
        for number, event in enumerate(events):
            happen(device, event, number)
        calm_down(device)
        assert [kept.job_id for kept in device.jobs.executions if not kept.over] == []
        assert device.notes.read() is None
    for kept in device.jobs.executions:
        assert [status for status, _ in kept.history[:-1]] == ["IN_PROGRESS"] * len(kept.history[:-1])
        works = [work for work in device.works if work.execution.job_id == kept.job_id]
        assert [work.resumption is None for work in works] == [True] * len(works[:1]) + [False] * len(works[1:])
