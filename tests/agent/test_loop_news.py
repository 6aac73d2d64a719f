"""News of jobs come twice, late, or not at all."""

from shiftwork_agent.jobs.events import NextChanged
from tests.agent.device import Device


def test_a_job_that_was_there_before_the_agent_is_taken(device: Device) -> None:
    device.disconnect()
    device.jobs.add("a")
    device.start()
    device.connect()
    assert device.work.execution.key == ("a", 1)
    assert device.work.again is None


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
