"""The connection goes and comes while a job runs."""

from shiftwork_agent.jobs.events import Connected
from tests.agent.device import Device


def test_an_outcome_waits_for_the_connection(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    device.disconnect()
    device.work.finish()
    device.wait(1000)
    assert kept.history == []
    device.connect()
    assert kept.status == "SUCCEEDED"
    assert len(device.works) == 1


def test_a_lost_connection_does_not_disturb_the_work(device: Device) -> None:
    kept = device.jobs.add("a")
    device.settle()
    kept.version += 3  # what the agent missed
    device.disconnect()
    device.inbox.put(Connected())
    device.settle()
    assert not device.work.ended
    device.work.finish()
    device.settle()
    assert kept.status == "SUCCEEDED"
    assert "report refused" not in [event for event, _ in device.log]


def test_calls_that_fail_are_made_again_later_and_later(device: Device) -> None:
    device.jobs.faults = ["unreachable"] * 12
    device.jobs.add("a")
    device.settle()
    while device.jobs.faults:
        device.wait(pauses(device)[-1] / 3)
        device.wait(pauses(device)[-1])
    waits = pauses(device)
    assert 0.5 <= waits[0] <= 1
    assert waits[4] > waits[0]
    assert max(waits) <= 300
    device.wait(300)
    assert device.works


def pauses(device: Device) -> list[float]:
    return [float(str(fields["seconds"])) for event, fields in device.log if event == "later"]


def test_a_new_connection_ends_the_pause(device: Device) -> None:
    device.jobs.faults = ["unreachable"]
    device.jobs.add("a")
    device.settle()
    assert len(pauses(device)) == 1
    device.connect()
    assert device.work.execution.key == ("a", 1)


def test_pauses_begin_short_again_after_a_call_went_through(device: Device) -> None:
    device.jobs.faults = ["unreachable"] * 8
    device.jobs.add("a")
    device.settle()
    while device.jobs.faults:
        device.wait(300)
    device.wait(300)
    device.jobs.faults = ["unreachable"]
    device.work.finish()
    device.settle()
    assert pauses(device)[-1] <= 1
