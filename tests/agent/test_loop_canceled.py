"""Jobs that are taken away from the device."""

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.execution import Outcome
from tests.agent.device import Device


def test_a_canceled_job_is_ended_at_the_news(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.jobs.cancel(kept)
    device.settle()
    assert device.work.ended
    assert kept.history == []
    assert device.notes.read() is None


def test_a_canceled_job_is_ended_at_the_next_report_if_the_news_got_lost(device: Device) -> None:
    kept, after = device.jobs.add("a"), device.jobs.add("b")
    device.settle()
    kept.status = "CANCELED"
    device.wait(60)
    assert device.works[0].ended
    device.wait(2)
    assert device.work.execution.key == ("b", 1)
    device.work.finish()
    device.settle()
    assert after.status == "SUCCEEDED"


def test_a_job_canceled_while_the_connection_was_gone_makes_room(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.disconnect()
    kept.status = "CANCELED"
    device.jobs.add("b")
    device.connect()
    assert device.works[0].ended
    assert device.work.execution.key == ("b", 1)


def test_an_outcome_that_comes_too_late_is_dropped(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    kept.status = "TIMED_OUT"
    device.work.finish(Outcome("SUCCEEDED"))
    device.settle()
    assert kept.status == "TIMED_OUT"
    assert device.notes.read() is None


def test_a_deleted_job_is_dropped(device: Device) -> None:
    device.jobs.add("a")
    device.settle()
    device.jobs.executions.clear()
    device.work.tell(step="1")
    device.settle()
    assert device.work.ended


def test_the_next_job_waits_until_the_work_has_ended(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.work.slow = True
    device.jobs.cancel(kept)
    after = device.jobs.add("b")
    device.settle()
    device.connect()
    device.wait(100)
    assert device.work.ended
    assert after.status == "QUEUED"
    device.work.finish()
    device.settle()
    assert after.status == "IN_PROGRESS"


def test_a_job_that_is_handed_over_and_not_known_does_not_keep_the_agent_busy(device: Device) -> None:
    device.refusal = JobError("ERR_X", "no")
    device.jobs.faults = ["", "ResourceNotFound"] * 50
    device.jobs.add("a")
    device.settle()
    assert device.jobs.calls == ["start-next", "start-next", "FAILED"]
    device.wait(1)
    assert len(device.jobs.calls) == 5
