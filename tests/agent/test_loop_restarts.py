"""The agent or its machine restarts in the middle of a job."""

from shiftwork_agent.jobs.events import Stopped
from shiftwork_agent.jobs.execution import Outcome
from shiftwork_agent.jobs.ports import Resumption
from tests.agent.device import Device


def test_work_that_was_begun_is_begun_again_as_such(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.start()
    device.connect()
    assert [work.resumption for work in device.works] == [None, Resumption()]
    device.work.finish()
    device.settle()
    assert kept.status == "SUCCEEDED"


def test_an_outcome_survives_the_agent(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.disconnect()
    device.work.finish(Outcome("SUCCEEDED", {"version": "2"}))
    device.settle()
    device.start()
    device.connect()
    assert kept.history == [("SUCCEEDED", {"version": "2"})]
    assert len(device.works) == 1


def test_an_outcome_that_had_arrived_is_not_sent_over_the_next_job(device: Device) -> None:
    """The agent ends after the report is accepted and before it removes its note."""
    kept = device.jobs.add("a")
    device.settle()
    device.jobs.faults = ["answer lost"]
    device.work.finish()
    device.settle()
    after = device.jobs.add("b")
    device.start()
    device.connect()
    device.wait(2)
    assert [status for status, _ in kept.history] == ["SUCCEEDED"]
    assert after.status == "IN_PROGRESS"


def test_a_note_that_is_rubbish_is_none(device: Device) -> None:
    for rubbish in ('{"job_id": "a"', '{"job_id": "a"}', "[]", '{"final": {"x": 1}}', "\x00"):
        device.notes.clear()
        (device.notes._path).write_text(rubbish)
        assert device.notes.read() is None


def test_an_outcome_that_comes_with_the_end_of_the_agent_is_kept(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.inbox.put(Stopped())
    device.work.finish(Outcome("SUCCEEDED"))
    assert device.loop.run() is None
    device.start()
    device.connect()
    assert kept.status == "SUCCEEDED"
    assert len(device.works) == 1


def test_an_agent_that_ends_ends_its_work(device: Device) -> None:
    device.jobs.add("a")
    device.settle()
    device.inbox.put(Stopped("because"))
    assert device.loop.run() == "because"
    assert device.work.ended
    device.start()
    device.connect()
    assert device.work.resumption == Resumption()


def test_an_outcome_is_not_that_of_a_job_made_anew(device: Device) -> None:
    """Somebody deletes the job and creates another one with the same id, whose executions count from 1 again."""
    device.jobs.add("a")
    device.settle()
    device.disconnect()
    device.work.finish(Outcome("SUCCEEDED"))
    device.settle()
    device.jobs.executions.clear()
    anew = device.jobs.add("a")
    device.connect()
    device.wait(2)
    assert (anew.status, anew.history) == ("IN_PROGRESS", [])
    assert len(device.works) == 2


def test_a_note_of_another_job_is_not_this_ones(device: Device) -> None:
    """The job at hand was canceled while the agent was off."""
    kept = device.jobs.add("a")
    device.settle()
    kept.status = "CANCELED"
    device.jobs.add("b")
    device.start()
    device.connect()
    assert device.work.execution.key == ("b", 1)
    assert device.work.resumption is None
