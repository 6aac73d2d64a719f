"""/v1/jobs/{id}/schedules and /skips: the schedules of a job, their next firings, and skips."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import ValidationError

from functions.api.answers.schedule import PreviewAnswer, ScheduleAnswer, SkipAnswer, schedule_json
from functions.api.documents.schedule import ScheduleDocument
from functions.api.http import answer, key_of_request, problems
from functions.api.links import answer_page
from functions.api.openapi import LINK, operation
from functions.api.parameters import MAX_RUNS, Cursor, IdempotencyKeyHeader, IfMatch, JobIdPath, Limit, ScheduleIdPath
from functions.api.routes.jobs import schedule_of
from functions.jobs.catalog.schedules import find_schedule
from functions.jobs.expressions.expression import anchored, firings
from functions.jobs.model.errors import InvalidError
from functions.jobs.model.page import PageRequest
from functions.jobs.model.schedule import Schedule
from functions.wiring import platform

PATH = "/v1/jobs/<name>/schedules"
ScheduleBody = Annotated[ScheduleDocument, Body(description="The schedule.")]
Count = Annotated[int, Query(ge=1, le=100, description="The maximum number of firings.", examples=[5])]
Expression = Annotated[
    str,
    Query(
        min_length=1,
        description="The expression, as in a schedule. In a URL, write + as %2B and # as %23.",
        examples=["@daily"],
    ),
]
TimeZone = Annotated[str | None, Query(description="The IANA name of a time zone.", examples=["Europe/Rome"])]
describe = partial(operation, "schedules")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get(PATH, **describe("listSchedules", "List a job's schedules", {200: list[ScheduleAnswer]}, 404))
def list_schedules(name: JobIdPath) -> Response[str]:
    """Return the schedules of a job."""
    now = datetime.now(UTC)
    schedules = platform().catalog.find_job(name).schedules
    return answer(200, [schedule_json(schedule, now) for schedule in schedules.values()])


@router.post(PATH, **describe("createSchedule", "Add a schedule", {201: ScheduleAnswer}, 404, 409, 412, 413, 415, 422))
def create_schedule(
    name: JobIdPath, body: ScheduleBody, if_match: IfMatch = None, idempotency_key: IdempotencyKeyHeader = None
) -> Response[str]:
    """Add a schedule to a job."""
    now = datetime.now(UTC)
    key = key_of_request(router.current_event, idempotency_key)
    job = platform().catalog.find_job(name, if_match)
    return answer(201, schedule_json(platform().job_schedules.add(job, schedule_of(body), now, key), now))


@router.get(f"{PATH}/<schedule_id>", **describe("getSchedule", "Read a schedule", {200: ScheduleAnswer}, 404))
def get_schedule(name: JobIdPath, schedule_id: ScheduleIdPath) -> Response[str]:
    """Return one schedule."""
    schedule = find_schedule(platform().catalog.find_job(name), schedule_id)
    return answer(200, schedule_json(schedule, datetime.now(UTC)))


@router.put(
    f"{PATH}/<schedule_id>",
    **describe("updateSchedule", "Replace a schedule", {200: ScheduleAnswer}, 404, 409, 412, 413, 415, 422),
)
def update_schedule(
    name: JobIdPath, schedule_id: ScheduleIdPath, body: ScheduleBody, if_match: IfMatch = None
) -> Response[str]:
    """Replace a schedule. The id in the path counts."""
    job, now = platform().catalog.find_job(name, if_match), datetime.now(UTC)
    schedule = platform().job_schedules.replace(job, {**schedule_of(body), "id": schedule_id}, now)
    return answer(200, schedule_json(schedule, now))


@router.delete(f"{PATH}/<schedule_id>", **describe("deleteSchedule", "Delete a schedule", {200: None}, 404, 409, 412))
def delete_schedule(name: JobIdPath, schedule_id: ScheduleIdPath, if_match: IfMatch = None) -> Response[str]:
    """Delete a schedule. The answer has no body."""
    platform().job_schedules.delete(platform().catalog.find_job(name, if_match), schedule_id, datetime.now(UTC))
    return Response(200, None, "")


@router.get(
    f"{PATH}/<schedule_id>/preview", **describe("previewSchedule", "Preview a schedule", {200: PreviewAnswer}, 404)
)
def preview_schedule(name: JobIdPath, schedule_id: ScheduleIdPath, count: Count = 10) -> Response[str]:
    """Return the next firings of a schedule, also of a disabled one."""
    return _preview(find_schedule(platform().catalog.find_job(name), schedule_id), count)


@router.get(
    "/v1/schedules/preview",
    **describe("previewExpression", "Preview an expression", {200: PreviewAnswer}, 422),
)
def preview_expression(expression: Expression, timezone: TimeZone = None, count: Count = 10) -> Response[str]:
    """Return the next firings of an expression. Nothing is saved."""
    given = {"id": "preview", "expression": expression} | ({"timezone": timezone} if timezone else {})
    try:
        schedule = schedule_of(ScheduleDocument.model_validate(given))
    except ValidationError as wrong:
        located = [{**error, "loc": ("query", *error["loc"])} for error in wrong.errors()]
        raise InvalidError(problems(located, given)) from wrong
    return _preview(schedule, count)


@router.get("/v1/jobs/<name>/skips", **describe("listSkips", "List skips", {200: list[SkipAnswer]}, 404, headers=LINK))
def list_skips(name: JobIdPath, limit: Limit = MAX_RUNS, cursor: Cursor = None) -> Response[str]:
    """Return the skipped firings of a job with their reasons, the latest first."""
    platform().catalog.find_job(name)
    return answer_page(
        router.current_event,
        PageRequest(limit=limit, cursor=cursor),
        partial(platform().firings.skips, name),
        lambda skips: [SkipAnswer.of(skip) for skip in skips],
    )


def _preview(schedule: Schedule, count: int) -> Response[str]:
    now = datetime.now(UTC)
    schedule = anchored(schedule, schedule, now)  # a rate that was never saved counts from now
    return answer(200, PreviewAnswer.of(schedule, firings(schedule, now, count)))
