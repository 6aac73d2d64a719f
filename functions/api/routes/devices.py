"""/v1/jobs/{id}/runs/{id}/devices and /v1/devices: the devices of fleet runs, what ran on them, rolling out again."""

import time
from datetime import UTC, datetime
from functools import partial
from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BeforeValidator

from functions.api.answers.body import answer
from functions.api.answers.device import DeviceAnswer
from functions.api.answers.run import RunAnswer
from functions.api.documents.trigger import RetryDevicesDocument
from functions.api.links import key_of_request, next_page
from functions.api.openapi import LINK, operation
from functions.api.parameters import MAX_RUNS, Cursor, IdempotencyKeyHeader, JobIdPath, RunIdPath, several
from functions.api.routes.runs import PATH, run_of_path
from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.page import PageRequest
from functions.jobs.model.run import new_run_id
from functions.jobs.runs.trigger import Trigger
from functions.wiring import platform

_LOOKS = 5  # seconds that a reader waits at most for what IoT has meanwhile
_NAME = "^[a-zA-Z0-9:_-]{1,128}$"
ThingPath = Annotated[
    str,
    BeforeValidator(unquote),  # it may have colons, which clients may escape
    Path(
        pattern=_NAME,
        description="The device's name in AWS IoT.",
        examples=["pump-17"],
        json_schema_extra={"pattern": _NAME},
    ),
]
DeviceLimit = Annotated[
    int, Query(ge=1, le=MAX_RUNS, description="How many there are in a page at most.", examples=[100])
]
DeviceStatuses = Annotated[
    list[DeviceStatus] | None,
    BeforeValidator(several),
    Query(alias="status", description="Only devices in one of these statuses.", examples=[["FAILED"]]),
]
describe = partial(operation, "devices")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get(
    f"{PATH}/<run_id>/devices",
    **describe("listDevices", "List a fleet run's devices", {200: list[DeviceAnswer]}, 404, headers=LINK),
)
def list_devices(
    name: JobIdPath,
    run_id: RunIdPath,
    status: DeviceStatuses = None,
    limit: DeviceLimit = MAX_RUNS,
    cursor: Cursor = None,
) -> Response[str]:
    """The devices of a run by name, as they stand now. With a filter a page may be short."""
    run, end = run_of_path(name, run_id), time.monotonic() + _LOOKS
    found = platform().device_pages.read_devices(
        run,
        PageRequest(limit=limit, cursor=cursor),
        status or list(DeviceStatus),
        datetime.now(UTC),
        lambda: time.monotonic() < end,
    )
    devices = [DeviceAnswer.of(device) for device in found.items]
    return answer(200, devices, next_page(router.current_event, found.cursor))


@router.get(
    "/v1/devices/<thing>/executions",
    **describe("listExecutions", "List what ran on a device", {200: list[DeviceAnswer]}, 404, headers=LINK),
)
def list_executions(thing: ThingPath, limit: DeviceLimit = MAX_RUNS, cursor: Cursor = None) -> Response[str]:
    """The runs of all jobs on a device, newest first; of a device that no run knows there are none."""
    found = platform().devices.of_thing(thing, PageRequest(limit=limit, cursor=cursor))
    devices = [DeviceAnswer.of(device) for device in found.items]
    return answer(200, devices, next_page(router.current_event, found.cursor))


@router.post(
    f"{PATH}/<run_id>/actions/retry-devices",
    **describe("retryDevices", "Roll out again where it failed", {201: RunAnswer}, 404, 409, 413, 415, 422),
)
def retry_devices(
    name: JobIdPath,
    run_id: RunIdPath,
    body: Annotated[RetryDevicesDocument | None, Body(description="Which devices, or nothing.")] = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response[str]:
    """Start a new run of the job as it is now, with the inputs of this run, for those of its devices that failed."""
    run_of_path(name, run_id)
    now, wanted = datetime.now(UTC), body or RetryDevicesDocument()
    key = key_of_request(router.current_event, idempotency_key)
    trigger = Trigger(job_id=name, run_id=new_run_id(now), now=now, key=key)
    return answer(201, RunAnswer.of(platform().device_retrier.retry_devices(trigger, run_id, wanted.chosen())))
