"""One job after the other, with the news of the jobs service in any order."""

import pytest

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.jobs.events import NextChanged
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
    assert device.work.resumption is None
    device.work.finish()
    device.settle()
    assert again.status == "SUCCEEDED"


def test_reports_keep_their_distance(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    for percent in range(100):
        device.work.tell(progress=str(percent))
    device.settle()
    assert [details for _, details in kept.history] == [{"progress": "0"}]
    device.wait(5)
    assert [details for _, details in kept.history] == [{"progress": "0"}, {"progress": "99"}]
    device.wait(30)
    assert len(kept.history) == 2


def test_a_silent_job_shows_its_output_each_minute(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.work.written["stdout"] = "still at it"
    device.wait(54)
    assert kept.history == []
    device.wait(1)
    assert kept.history == [("IN_PROGRESS", {"stdout": "still at it"})]


def test_details_do_not_grow_without_end(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    for number in range(100):
        device.work.tell(**{f"key{number}": "x"})
    device.settle()
    device.work.finish()
    device.settle()
    assert len(kept.details) == 10


def test_a_job_without_a_connection_does_not_keep_the_processor_busy(device: Device) -> None:
    device.jobs.add("a")
    device.settle()
    device.disconnect()
    device.wait(1000)
    assert device.loop._wait() == 60
    device.connect()
    device.wait(50)
    assert device.loop._wait() == 10  # then the job is reported again


def test_a_job_that_was_there_before_the_agent_is_taken(device: Device) -> None:
    device.disconnect()
    device.jobs.add("a")
    device.start()
    device.connect()
    assert device.work.execution.key == ("a", 1)
    assert device.work.resumption is None


def test_news_twice_begin_nothing_twice(device: Device) -> None:
    device.jobs.add("a")
    device.inbox.put(NextChanged(("a", 1)))
    device.settle()
    device.inbox.put(NextChanged(("a", 1)))
    device.settle()
    assert len(device.works) == 1
    assert device.jobs.calls == ["start-next", "start-next"]


def test_old_news_end_nothing(device: Device) -> None:
    """The empty news of the job before may arrive when the next one runs already."""
    kept = device.jobs.add("a")
    device.settle()
    device.inbox.put(NextChanged(None))
    device.inbox.put(NextChanged(("before", 1)))
    device.settle()
    assert [work.ended for work in device.works] == [False]
    assert kept.status == "IN_PROGRESS"


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
