"""How long the loop sleeps when there is nothing that it could do."""

from tests.agent.device import Device


def test_a_job_without_a_connection_does_not_keep_the_processor_busy(device: Device) -> None:
    device.jobs.add("a")
    device.settle()
    device.disconnect()
    device.wait(1000)
    assert device.loop._wait() == 60
    device.connect()
    device.wait(50)
    assert device.loop._wait() == 10  # then the job is reported again
