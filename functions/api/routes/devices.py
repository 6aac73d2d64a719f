"""/v1/jobs/{id}/runs/{id}/devices and /v1/devices: the devices of fleet runs, and retries of failed ones."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BeforeValidator

from functions.api.answers.device import DeviceAnswer
from functions.api.answers.run import RunAnswer
from functions.api.documents.trigger import RetryDevicesDocument
from functions.api.http import answer, key_of_request
from functions.api.links import answer_page
from functions.api.openapi import LINK, operation
from functions.api.parameters import MAX_RUNS, Cursor, IdempotencyKeyHeader, JobIdPath, RunIdPath, several
from functions.api.routes.runs import PATH, run_of_path
from functions.jobs.model.device import Device, DeviceStatus
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.run import new_run_id
from functions.jobs.runs.trigger import Trigger
from functions.wiring import platform

_MAX_LOOK = 5  # seconds: for so long a request may read news from AWS IoT
_NAME = "^[a-zA-Z0-9:_-]{1,128}$"
ThingPath = Annotated[
    str,
    BeforeValidator(unquote),  # a client may escape the colons in a name
    Path(
        pattern=_NAME,
        description="The device's name in AWS IoT.",
        examples=["pump-17"],
        json_schema_extra={"pattern": _NAME},
    ),
]
DeviceLimit = Annotated[
    int, Query(ge=1, le=MAX_RUNS, description="The maximum number of items in a page.", examples=[100])
]
DeviceStatuses = Annotated[
    list[DeviceStatus] | None,
    BeforeValidator(several),
    Query(alias="status", description="List only devices in one of these statuses.", examples=[["FAILED"]]),
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
    """Return the devices of a run by name, with their present statuses. With a filter, a page can be short."""
    run, end = run_of_path(name, run_id), time.monotonic() + _MAX_LOOK

    def read(request: PageRequest) -> Page[Device]:
        wanted, now = status or list(DeviceStatus), datetime.now(UTC)
        return platform().device_pages.read_devices(run, request, wanted, now, lambda: time.monotonic() < end)

    return answer_page(router.current_event, PageRequest(limit=limit, cursor=cursor), read, _devices)


@router.get(
    "/v1/devices/<thing>/executions",
    **describe("listExecutions", "List the executions of a device", {200: list[DeviceAnswer]}, 404, headers=LINK),
)
def list_executions(thing: ThingPath, limit: DeviceLimit = MAX_RUNS, cursor: Cursor = None) -> Response[str]:
    """Return the runs of all jobs on a device, newest first. For an unknown device, the list is empty."""
    request = PageRequest(limit=limit, cursor=cursor)
    return answer_page(router.current_event, request, partial(platform().devices.of_thing, thing), _devices)


def _devices(devices: Iterable[Device]) -> list[DeviceAnswer]:
    return [DeviceAnswer.of(device) for device in devices]


@router.post(
    f"{PATH}/<run_id>/actions/retry-devices",
    **describe("retryDevices", "Retry the failed devices of a run", {201: RunAnswer}, 404, 409, 413, 415, 422),
)
def retry_devices(
    name: JobIdPath,
    run_id: RunIdPath,
    body: Annotated[RetryDevicesDocument | None, Body(description="The statuses of the devices to retry.")] = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response[str]:
    """Start a new run for the failed devices of this run, with the present job and the inputs of this run."""
    run_of_path(name, run_id)
    now, document = datetime.now(UTC), body or RetryDevicesDocument()
    key = key_of_request(router.current_event, idempotency_key)
    trigger = Trigger(job_id=name, run_id=new_run_id(now), now=now, key=key)
    return answer(201, RunAnswer.of(platform().device_retrier.retry_devices(trigger, run_id, document.chosen())))
