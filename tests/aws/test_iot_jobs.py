"""IoT jobs. moto has few of the rules that matter here, so the answers are stubbed, and AWS's own model checks them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws.iot.jobs import IotCoreJobs
from functions.jobs.ports.fleet import RefusedError

RUN = "20260102030405kV9x0"
IOT_JOB = f"shiftwork-test-{RUN}"
THING = "arn:aws:iot:eu-central-1:123456789012:thing/line:1_a-B"
REQUEST = {"document": '{"operation": "reboot"}', "targetSelection": "SNAPSHOT"}
CREATED: dict[str, Any] = {
    "jobId": IOT_JOB,
    "targets": [THING],
    "description": f"team.job {RUN}",
    "tags": [{"Key": "shiftwork:job", "Value": "team.job"}, {"Key": "shiftwork:run", "Value": RUN}],
    **REQUEST,
}


def refuse(stub: Stubber, operation: str, code: str, message: str = "", **expected: Any) -> None:
    stub.add_client_error(operation, code, message, expected_params=expected or None)


def described(stub: Stubber, **job: Any) -> None:
    stub.add_response("describe_job", {"job": {"jobId": IOT_JOB, **job}}, {"jobId": IOT_JOB})


def test_a_job_has_the_runs_id_and_names_the_job_and_the_run(iot: IotCoreJobs, stub: Stubber) -> None:
    stub.add_response("create_job", {"jobId": IOT_JOB}, CREATED)
    iot.create(RUN, "team.job", [THING], REQUEST)


def test_a_job_id_that_is_too_long_for_a_tag_is_left_out(iot: IotCoreJobs, stub: Stubber) -> None:
    long = "g." * 150 + "job"
    expected = CREATED | {"description": f"{long} {RUN}", "tags": [{"Key": "shiftwork:run", "Value": RUN}]}
    stub.add_response("create_job", {"jobId": IOT_JOB}, expected)
    iot.create(RUN, long, [THING], REQUEST)


def test_creating_it_again_changes_nothing(iot: IotCoreJobs, stub: Stubber) -> None:
    refuse(stub, "create_job", "ResourceAlreadyExistsException", **CREATED)
    described(stub, description=f"team.job {RUN}")
    iot.create(RUN, "team.job", [THING], REQUEST)


@pytest.mark.parametrize("description", ["somebody else's", f"team.other {RUN}", None])
def test_a_job_of_another_run_is_refused(iot: IotCoreJobs, stub: Stubber, description: str | None) -> None:
    refuse(stub, "create_job", "ResourceAlreadyExistsException")
    described(stub, **{"description": description} if description else {})
    with pytest.raises(RefusedError, match=f"The IoT job {IOT_JOB} already exists and belongs to another run"):
        iot.create(RUN, "team.job", [THING], REQUEST)


@pytest.mark.parametrize("code", ["InvalidRequestException", "ResourceNotFoundException"])
def test_a_refusal_has_the_message_of_iot(iot: IotCoreJobs, stub: Stubber, code: str) -> None:
    refuse(stub, "create_job", code, "The document is not JSON.")
    with pytest.raises(RefusedError, match=r"^The document is not JSON\.$"):
        iot.create(RUN, "team.job", [THING], REQUEST)


@pytest.mark.parametrize("code", ["LimitExceededException", "AccessDeniedException"])
def test_a_temporary_error_propagates(iot: IotCoreJobs, stub: Stubber, code: str) -> None:
    refuse(stub, "create_job", code)
    with pytest.raises(ClientError, match=code):
        iot.create(RUN, "team.job", [THING], REQUEST)
