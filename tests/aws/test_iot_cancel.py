"""Canceling IoT jobs, on stubbed answers held to AWS's own model."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws.iot.jobs import IotCoreJobs

RUN = "20260102030405kV9x0"
IOT_JOB = f"shiftwork-test-{RUN}"
CANCELED: dict[str, Any] = {"jobId": IOT_JOB, "reasonCode": "SHIFTWORK_STOPPED", "comment": "Enough.", "force": False}


def described(stub: Stubber, **job: Any) -> None:
    stub.add_response("describe_job", {"job": {"jobId": IOT_JOB, **job}}, {"jobId": IOT_JOB})


def test_canceling(iot: IotCoreJobs, stub: Stubber) -> None:
    stub.add_response("cancel_job", {}, CANCELED)
    iot.cancel(RUN, force=False, comment="Enough.")
    stub.add_response("cancel_job", {}, CANCELED | {"force": True, "comment": "Line " + "x" * 2023})
    iot.cancel(RUN, force=True, comment="Line\n" + "x" * 3000)
    stub.add_response("cancel_job", {}, {name: value for name, value in CANCELED.items() if name != "comment"})
    iot.cancel(RUN, force=False, comment="")


def test_an_ended_or_absent_job_is_not_canceled(iot: IotCoreJobs, stub: Stubber) -> None:
    stub.add_client_error("cancel_job", "ResourceNotFoundException", expected_params=CANCELED)
    iot.cancel(RUN, force=False, comment="Enough.")
    for status in ("COMPLETED", "CANCELED", "DELETION_IN_PROGRESS"):
        stub.add_client_error("cancel_job", "InvalidRequestException")
        described(stub, status=status)
        iot.cancel(RUN, force=False, comment="Enough.")
    stub.add_client_error("cancel_job", "InvalidRequestException")
    stub.add_client_error("describe_job", "ResourceNotFoundException")
    iot.cancel(RUN, force=False, comment="Enough.")


def test_any_other_refusal_of_a_cancellation_is_an_error(iot: IotCoreJobs, stub: Stubber) -> None:
    stub.add_client_error("cancel_job", "InvalidRequestException", "a comment")
    described(stub, status="IN_PROGRESS")
    with pytest.raises(ClientError, match="a comment"):
        iot.cancel(RUN, force=False, comment="Enough.")
    stub.add_client_error("cancel_job", "LimitExceededException")
    with pytest.raises(ClientError, match="LimitExceeded"):
        iot.cancel(RUN, force=False, comment="Enough.")
