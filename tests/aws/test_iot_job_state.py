"""The state of IoT jobs, on stubbed answers that AWS's own model checks."""

from typing import Any

from botocore.stub import Stubber

from functions.aws.iot.jobs import IotCoreJobs
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.rollout import IotJob

RUN = "20260102030405kV9x0"
IOT_JOB = f"shiftwork-test-{RUN}"


def described(stub: Stubber, **job: Any) -> None:
    stub.add_response("describe_job", {"job": {"jobId": IOT_JOB, **job}}, {"jobId": IOT_JOB})


def test_the_state_of_a_job(iot: IotCoreJobs, stub: Stubber) -> None:
    names = ["Queued", "InProgress", "Succeeded", "Failed", "Rejected", "TimedOut", "Removed", "Canceled"]
    numbers = {f"numberOf{name}Things": n for n, name in enumerate(names)}
    described(stub, status="CANCELED", jobProcessDetails=numbers, reasonCode="ABORT_CANCEL", comment="Too many.")
    job = iot.describe(RUN)
    counts = dict(list(zip(DeviceStatus, range(len(names)), strict=False))[1:])
    assert job == IotJob(status="CANCELED", counts=counts, reason_code="ABORT_CANCEL", comment="Too many.")


def test_a_new_job_has_no_numbers_and_an_absent_one_is_none(iot: IotCoreJobs, stub: Stubber) -> None:
    described(stub, status="IN_PROGRESS")
    assert iot.describe(RUN) == IotJob(status="IN_PROGRESS", counts={})
    stub.add_client_error("describe_job", "ResourceNotFoundException")
    assert iot.describe(RUN) is None
