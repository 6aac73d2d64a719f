"""Real devices: the example of AWS's JavaScript device SDK as it comes, and the Python device SDK's own client."""

import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from awscrt import mqtt5, mqtt_request_response
from awsiot import iotjobs, mqtt5_client_builder

from local.deploy import ROOT, node
from local.devices import Device, statement
from tests.local.workbench import until

EXAMPLE = ROOT / "node_modules" / "aws-iot-device-sdk" / "examples" / "jobs-example.js"
# It subscribes to this topic too, and AWS ends the connection of who may not.
EXAMPLES_TOPIC = statement("Subscribe", "topicfilter/testTopic")
SECONDS = 20


@dataclass
class Program:
    """A device's program that runs, and what it has said."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    def follow(self) -> None:
        """Keep what it says, to its end."""
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip("\n"))

    def says(self, line: str) -> bool:
        """Whether it says this line, now or in a while."""
        return until(lambda: line in self.lines, SECONDS)


@contextmanager
def javascript_example(device: Device) -> Iterator[Program]:
    """The example, connected as the device; ended on exit."""
    files = ["-k", str(device.key), "-c", str(device.certificate), "-a", str(device.ca)]
    place = ["-H", device.host, "-p", str(device.port), "-i", device.name, "-T", device.name]
    command = [str(node()), str(EXAMPLE), *files, *place]
    program = Program(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
    reader = threading.Thread(target=program.follow, daemon=True)
    reader.start()
    try:
        yield program
    finally:
        program.process.kill()
        program.process.wait()
        reader.join()


@dataclass
class PythonDevice:
    """The Python SDK's client of jobs, connected as a device."""

    name: str
    client: mqtt5.Client
    jobs: iotjobs.IotJobsClientV2

    def subscribe(self, topic: str) -> int:
        """The reason code of the answer."""
        wanted = mqtt5.SubscribePacket([mqtt5.Subscription(topic, mqtt5.QoS.AT_LEAST_ONCE)])
        (code,) = self.client.subscribe(wanted).result(SECONDS).reason_codes
        return int(code)

    def publish(self, topic: str, payload: bytes = b"{}") -> int:
        """The reason code of the answer."""
        packet = mqtt5.PublishPacket(topic=topic, payload=payload, qos=mqtt5.QoS.AT_LEAST_ONCE)
        return int(self.client.publish(packet).result(SECONDS).puback.reason_code)

    def start_next(self, **fields: Any) -> Any:
        """The execution to work on, IN_PROGRESS; None if there is none."""
        request = iotjobs.StartNextPendingJobExecutionRequest(thing_name=self.name, **fields)
        return self.jobs.start_next_pending_job_execution(request).result(SECONDS).execution

    def report(self, job_id: str, status: str, **fields: Any) -> Any:
        """Tell the status of an execution; raises awsiot.V2ServiceException if it is rejected."""
        request = iotjobs.UpdateJobExecutionRequest(thing_name=self.name, job_id=job_id, status=status, **fields)
        return self.jobs.update_job_execution(request).result(SECONDS)


def nothing(_: str, __: bytes) -> None:
    """Hear nothing."""


@contextmanager
def python_device(device: Device, hear: Callable[[str, bytes], object] = nothing) -> Iterator[PythonDevice]:
    """Connected as the device, by MQTT 5; disconnected on exit. `hear` gets the topic and the payload of each message.

    Raises ConnectionRefusedError.
    """
    tried: queue.Queue[bool] = queue.Queue()
    stopped = threading.Event()
    client = mqtt5_client_builder.mtls_from_path(
        cert_filepath=str(device.certificate),
        pri_key_filepath=str(device.key),
        ca_filepath=str(device.ca),
        endpoint=device.host,
        port=device.port,
        client_id=device.name,
        on_lifecycle_connection_success=lambda _: tried.put(True),
        on_lifecycle_connection_failure=lambda _: tried.put(False),
        on_lifecycle_stopped=lambda _: stopped.set(),
        on_publish_received=lambda got: hear(got.publish_packet.topic, bytes(got.publish_packet.payload or b"")),
    )
    client.start()
    try:
        if not tried.get(timeout=SECONDS):
            raise ConnectionRefusedError(device.name)
        options = mqtt_request_response.ClientOptions(4, 2, SECONDS)
        yield PythonDevice(device.name, client, iotjobs.IotJobsClientV2(client, options))
    finally:
        client.stop()
        stopped.wait(SECONDS)
