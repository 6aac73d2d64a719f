"""/v1/jobs/{id}/schedules: when a job runs by itself."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.body import answer
from functions.api.answers.job import ScheduleAnswer, schedule_json
from functions.api.documents.schedule import ScheduleDocument
from functions.api.openapi import operation
from functions.api.paging import key_of_request
from functions.api.parameters import IdempotencyKeyHeader, IfMatch, JobIdPath, ScheduleIdPath
from functions.api.services import services
from functions.jobs.scheduling import find_schedule

PATH = "/v1/jobs/<name>/schedules"
Schedule = Annotated[ScheduleDocument, Body(description="The schedule.")]
describe = partial(operation, "schedules")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get(PATH, **describe("listSchedules", "List a job's schedules", {200: list[ScheduleAnswer]}, 404))
def list_schedules(name: JobIdPath) -> Response[str]:
    """The schedules of a job."""
    now = datetime.now(UTC)
    schedules = services().saving.find(name).schedules
    return answer(200, [schedule_json(schedule, now) for schedule in schedules.values()])


@router.post(PATH, **describe("createSchedule", "Add a schedule", {201: ScheduleAnswer}, 404, 409, 412, 413, 415, 422))
def create_schedule(
    name: JobIdPath, body: Schedule, if_match: IfMatch = None, idempotency_key: IdempotencyKeyHeader = None
) -> Response[str]:
    """Add one more schedule to a job."""
    now = datetime.now(UTC)
    key = key_of_request(router.current_event, idempotency_key)
    job = services().saving.find(name, if_match)
    return answer(201, schedule_json(services().scheduling.add(job, body.model_dump(), now, key), now))


@router.get(f"{PATH}/<schedule_id>", **describe("getSchedule", "Read a schedule", {200: ScheduleAnswer}, 404))
def get_schedule(name: JobIdPath, schedule_id: ScheduleIdPath) -> Response[str]:
    """One schedule."""
    schedule = find_schedule(services().saving.find(name), schedule_id)
    return answer(200, schedule_json(schedule, datetime.now(UTC)))


@router.put(
    f"{PATH}/<schedule_id>",
    **describe("updateSchedule", "Replace a schedule", {200: ScheduleAnswer}, 404, 409, 412, 413, 415, 422),
)
def update_schedule(
    name: JobIdPath, schedule_id: ScheduleIdPath, body: Schedule, if_match: IfMatch = None
) -> Response[str]:
    """Replace a schedule; its id is the one in the path."""
    job = services().saving.find(name, if_match)
    schedule = services().scheduling.replace(job, body.model_dump() | {"id": schedule_id})
    return answer(200, schedule_json(schedule, datetime.now(UTC)))


@router.delete(f"{PATH}/<schedule_id>", **describe("deleteSchedule", "Delete a schedule", {200: None}, 404, 409, 412))
def delete_schedule(name: JobIdPath, schedule_id: ScheduleIdPath, if_match: IfMatch = None) -> Response[str]:
    """Delete a schedule; the answer has no body."""
    services().scheduling.delete(services().saving.find(name, if_match), schedule_id)
    return Response(200, None, "")
