"""/v0/scheduled-jobs: Metronome's older API, with a job and its schedules in one document."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.job import DraftAnswer, JobAnswer
from functions.api.documents.job import CombinedDocument
from functions.api.openapi import ETAG, operation
from functions.api.parameters import IdempotencyKeyHeader, IfMatch, JobIdPath, Validate
from functions.api.routes.jobs import create, replace, schedules_of, spec_of
from functions.wiring import platform

Combined = Annotated[CombinedDocument, Body(description="The job document with its schedules.")]
describe = partial(operation, "v0")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.post(
    "/v0/scheduled-jobs",
    **describe(
        "createScheduledJob", "Create a job (v0)", {201: JobAnswer, 200: DraftAnswer}, 409, 413, 415, 422, headers=ETAG
    ),
)
def create_scheduled_job(
    body: Combined, validate: Validate = "false", idempotency_key: IdempotencyKeyHeader = None
) -> Response[str]:
    """Save a new job with its schedules."""
    return create(router.current_event, body, validate, idempotency_key)


@router.put(
    "/v0/scheduled-jobs/<name>",
    **describe(
        "updateScheduledJob",
        "Replace a job and its schedules (v0)",
        {200: JobAnswer | DraftAnswer},
        *(404, 409, 412, 413, 415, 422),
        headers=ETAG,
    ),
)
def update_scheduled_job(
    name: JobIdPath, body: Combined, validate: Validate = "false", if_match: IfMatch = None
) -> Response[str]:
    """Replace a job's document and all of its schedules."""
    old = platform().catalog.find_job(name, if_match)
    return replace(platform().catalog.draft_change(old, spec_of(body), datetime.now(UTC), schedules_of(body)), validate)
