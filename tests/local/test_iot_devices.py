"""Two real devices take jobs over MQTT, with IoT policies enforced: AWS's own JavaScript and Python device SDKs."""

import json
from pathlib import Path
from typing import Any

from local.cloud import Aws
from local.devices import Device, register
from tests.local.device_programs import EXAMPLES_TOPIC, javascript_example, python_device
from tests.local.workbench import until


def _execution(iot: Any, job_id: str, device: Device) -> Any:
    return iot.describe_job_execution(jobId=job_id, thingName=device.name)["execution"]


def test_the_javascript_example_takes_the_job_of_its_walk_through(guarded: Aws, tmp_path: Path) -> None:
    """The walk-through that comes with the SDK: its program, its job, its document, its lines."""
    device, iot = register(guarded, "MyRaspberryPi", tmp_path, allow=[EXAMPLES_TOPIC]), guarded.client("iot")
    with javascript_example(device) as program:
        assert program.says("startJobNotifications completed for thing: MyRaspberryPi"), program.lines
        iot.create_job(
            jobId="example-job-01",
            targets=[device.arn],
            document=json.dumps({"operation": "customJob", "otherInfo": "someValue"}),
            description="My First test job",
            targetSelection="SNAPSHOT",
        )
        assert program.says("customJob operation handler invoked, jobId: example-job-01"), program.lines
        assert until(lambda: _execution(iot, "example-job-01", device)["status"] == "SUCCEEDED")
        assert program.lines[0] == "connect"
    done = _execution(iot, "example-job-01", device)
    assert done["statusDetails"]["detailsMap"] == {"operation": "customJob", "step": "finished all steps"}
    assert iot.describe_job(jobId="example-job-01")["job"]["status"] == "COMPLETED"


def test_the_example_fails_a_job_that_it_has_no_handler_for(guarded: Aws, tmp_path: Path) -> None:
    device, iot = register(guarded, "examples-2", tmp_path, allow=[EXAMPLES_TOPIC]), guarded.client("iot")
    with javascript_example(device) as program:
        iot.create_job(jobId="example-job-02", targets=[device.arn], document='{"operation": "other"}')
        assert program.says("default job handler invoked, jobId: example-job-02"), program.lines
        assert until(lambda: _execution(iot, "example-job-02", device)["status"] == "FAILED")


def test_the_python_sdk_takes_a_job(guarded: Aws, tmp_path: Path) -> None:
    device, iot = register(guarded, "python", tmp_path), guarded.client("iot")
    iot.create_job(jobId="python-1", targets=[device.arn], document='{"operation": "any"}')
    with python_device(device) as python:
        execution = python.start_next()
        assert (execution.job_id, execution.status, execution.job_document) == (
            "python-1",
            "IN_PROGRESS",
            {"operation": "any"},
        )
        python.report("python-1", "SUCCEEDED", status_details={"step": "done"}, expected_version=2)
        assert python.start_next() is None
    done = _execution(iot, "python-1", device)
    assert (done["status"], done["versionNumber"]) == ("SUCCEEDED", 3)
