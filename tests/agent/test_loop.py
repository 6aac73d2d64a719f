"""One job after the other, with what the jobs service tells in any order."""

import pytest

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.jobs.execution import Outcome
from tests.agent.device import Device


def test_a_job_runs_and_is_reported(device: Device) -> None:
    kept = device.jobs.add("update-1")
    device.settle()
    device.work.tell(step="download", progress="50")
    device.settle()
    device.work.finish(Outcome("SUCCEEDED", {"installed": "1.2"}))
    device.settle()
    assert kept.history == [
        ("IN_PROGRESS", {"step": "download", "progress": "50"}),
        ("SUCCEEDED", {"step": "download", "progress": "50", "installed": "1.2"}),
    ]
    assert device.notes.read() is None


def test_jobs_wait_for_each_other(device: Device) -> None:
    first, second = device.jobs.add("a"), device.jobs.add("b")
    device.settle()
    assert (first.status, second.status) == ("IN_PROGRESS", "QUEUED")
    device.work.finish()
    device.settle()
    assert (first.status, second.status) == ("SUCCEEDED", "IN_PROGRESS")
    device.work.finish()
    device.settle()
    assert second.status == "SUCCEEDED"
    assert len(device.works) == 2


@pytest.mark.parametrize(
    ("error", "status"),
    [(RefusedError("ERR_X", "not allowed here"), "REJECTED"), (JobError("ERR_X", "not allowed here"), "FAILED")],
)
def test_work_that_cannot_begin_ends_the_job(device: Device, error: JobError, status: str) -> None:
    device.refusal = error
    kept = device.jobs.add("a", "rubbish")
    device.settle()
    assert kept.history == [(status, {"errorCode": "ERR_X", "reason": "not allowed here"})]
    assert device.notes.read() is None


def test_a_job_that_aws_tries_again_is_a_new_one(device: Device) -> None:
    device.jobs.add("a")
    device.settle()
    device.work.finish(Outcome("FAILED"))
    device.settle()
    again = device.jobs.add("a", number=2)
    device.settle()
    assert device.work.execution.key == ("a", 2)
    assert device.work.again is None
    device.work.finish()
    device.settle()
    assert again.status == "SUCCEEDED"
