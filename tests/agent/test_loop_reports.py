"""When a job is reported while it runs."""

from tests.agent.device import Device


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
