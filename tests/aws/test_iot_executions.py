"""IoT's list of a job's devices, on stubbed answers held to AWS's own model."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws.iot.jobs import IotCoreJobs
from functions.jobs.model.device import DeviceReport, DeviceStatus
from tests.aws.conftest import NOW

RUN = "20260102030405kV9x0"
THING = "arn:aws:iot:eu-central-1:123456789012:thing/line:1_a-B"
LISTED: dict[str, Any] = {"jobId": f"shiftwork-test-{RUN}", "maxResults": 250}


def summary(**values: Any) -> dict[str, Any]:
    return {"thingArn": THING, "jobExecutionSummary": {"status": "FAILED", "executionNumber": 2, **values}}


def test_the_devices_of_a_job_page_by_page(iot: IotCoreJobs, stub: Stubber) -> None:
    times = {name: NOW + timedelta(seconds=n) for n, name in enumerate(("queuedAt", "startedAt", "lastUpdatedAt"))}
    answer = {"executionSummaries": [summary(**times), summary(queuedAt=NOW)], "nextToken": "more"}
    stub.add_response("list_job_executions_for_job", answer, LISTED | {"status": "FAILED"})
    page = iot.devices(RUN, None, DeviceStatus.FAILED)
    expected = DeviceReport(
        thing="line:1_a-B",
        number=2,
        status=DeviceStatus.FAILED,
        at=NOW + timedelta(seconds=2),
        queued_at=NOW,
        started_at=NOW + timedelta(seconds=1),
    )
    assert page.items[0] == expected
    assert page.items[0].at.tzinfo is UTC
    assert (page.items[1].at, page.items[1].started_at, page.items[1].details) == (NOW, None, None)
    assert page.cursor == "more"
    stub.add_response("list_job_executions_for_job", {"executionSummaries": []}, LISTED | {"nextToken": "more"})
    last = iot.devices(RUN, "more")
    assert (last.items, last.cursor) == ([], None)


def test_times_are_in_utc_in_any_time_zone_of_the_function(iot: IotCoreJobs, stub: Stubber) -> None:
    there = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Rome"))
    answer = {"executionSummaries": [summary(lastUpdatedAt=there)]}
    stub.add_response("list_job_executions_for_job", answer, LISTED)
    assert iot.devices(RUN, None).items[0].at.isoformat() == "2026-07-01T10:00:00+00:00"


def test_an_expired_cursor_begins_the_list_again(iot: IotCoreJobs, stub: Stubber) -> None:
    stub.add_client_error(
        "list_job_executions_for_job",
        "InvalidRequestException",
        expected_params=LISTED | {"status": "QUEUED", "nextToken": "old"},
    )
    stub.add_response(
        "list_job_executions_for_job",
        {"executionSummaries": [summary(queuedAt=NOW)]},
        LISTED | {"status": "QUEUED"},
    )
    assert len(iot.devices(RUN, "old", DeviceStatus.QUEUED).items) == 1
    stub.add_client_error("list_job_executions_for_job", "InvalidRequestException")
    with pytest.raises(ClientError):
        iot.devices(RUN, None)


def test_an_absent_job_has_no_devices(iot: IotCoreJobs, stub: Stubber) -> None:
    stub.add_client_error("list_job_executions_for_job", "ResourceNotFoundException")
    page = iot.devices(RUN, None)
    assert (page.items, page.cursor) == ([], None)
