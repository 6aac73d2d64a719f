"""/v1/jobs: reading, saving, pausing and deleting jobs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, cast

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.api.answers.job import DraftAnswer, JobAnswer, draft_json, job_json
from functions.api.answers.run import RunAnswer, SummaryAnswer, history
from functions.api.answers.schedule import WaitingAnswer
from functions.api.documents.job import JobDocument
from functions.api.documents.schedule import JobScheduleDocument
from functions.api.http import answer, key_of_request
from functions.api.links import answer_page
from functions.api.openapi import ETAG, LINK, operation
from functions.api.parameters import (
    MAX_PAGE,
    MAX_RUNS,
    Cursor,
    Embed,
    Embeds,
    GroupQuery,
    IdempotencyKeyHeader,
    IfMatch,
    JobIdPath,
    Labels,
    Limit,
    StopRuns,
    Validate,
    is_true,
    pairs,
)
from functions.jobs.catalog.save import Draft
from functions.jobs.model.job import Job, JobSpec, JobState
from functions.jobs.model.page import PageRequest
from functions.jobs.model.schedule import Schedule
from functions.wiring import platform

MAX_HISTORIES = 20  # jobs in a page with histories: each needs its own query
describe = partial(operation, "jobs")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get("/v1/jobs", **describe("listJobs", "List jobs", {200: list[JobAnswer]}, 422, headers=LINK))
def list_jobs(
    embed: Embeds = None,
    group: GroupQuery = None,
    label: Labels = None,
    limit: Limit = MAX_PAGE,
    cursor: Cursor = None,
) -> Response[str]:
    """Return a page of jobs by id. With a filter, a page can be short and still have a next one."""
    labels = pairs(label or ())
    if Embed.HISTORY in (embed or ()):
        limit = min(limit, MAX_HISTORIES)
    return answer_page(
        router.current_event,
        PageRequest(limit=limit, cursor=cursor),
        partial(platform().jobs.page, group=group, labels=labels),
        partial(with_embeds, wanted=frozenset(embed or ()), omit_idle=True),
    )


@router.post(
    "/v1/jobs",
    **describe("createJob", "Create a job", {201: JobAnswer, 200: DraftAnswer}, 409, 413, 415, 422, headers=ETAG),
)
def create_job(
    body: Annotated[JobDocument, Body(description="The job document.")],
    validate: Validate = "false",
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response[str]:
    """Save a new job. With `validate=true`, only show what would be saved (200)."""
    return create(router.current_event, body, validate, idempotency_key)


@router.get("/v1/jobs/<name>", **describe("getJob", "Read a job", {200: JobAnswer}, 404, 422, headers=ETAG))
def get_job(name: JobIdPath, embed: Embeds = None) -> Response[str]:
    """Return one job."""
    job = platform().catalog.find_job(name)
    return answer(200, with_embeds([job], frozenset(embed or ()), omit_idle=False)[0], {"ETag": job.etag})


@router.put(
    "/v1/jobs/<name>",
    **describe(
        "updateJob",
        "Replace a job's document",
        {200: JobAnswer | DraftAnswer},
        404,
        409,
        412,
        413,
        415,
        422,
        headers=ETAG,
    ),
)
def update_job(
    name: JobIdPath,
    body: Annotated[
        JobDocument, Body(description="The job document. The id in the path counts; schedules are ignored.")
    ],
    validate: Validate = "false",
    if_match: IfMatch = None,
) -> Response[str]:
    """Replace a job's document. Its schedules and its active runs do not change."""
    old = platform().catalog.find_job(name, if_match)
    return replace(platform().catalog.draft_change(old, spec_of(body), datetime.now(UTC)), validate)


@router.post("/v1/jobs/<name>/actions/pause", **describe("pauseJob", "Pause a job", {200: JobAnswer}, 404))
def pause_job(name: JobIdPath) -> Response[str]:
    """Pause the job's schedules and event triggers. Active runs continue, and calls still start runs."""
    return _pause(name, datetime.now(UTC))


@router.post("/v1/jobs/<name>/actions/resume", **describe("resumeJob", "Resume a job", {200: JobAnswer}, 404))
def resume_job(name: JobIdPath) -> Response[str]:
    """Resume the job's schedules and event triggers, from the next firings on."""
    return _pause(name, None)


@router.delete("/v1/jobs/<name>", **describe("deleteJob", "Delete a job", {200: JobAnswer}, 404, 409, 412))
def delete_job(name: JobIdPath, stopCurrentJobRuns: StopRuns = "false", if_match: IfMatch = None) -> Response[str]:
    """Delete a job with its history. The answer is the job as it was."""
    now = datetime.now(UTC)
    job = platform().catalog.find_job(name, if_match)
    platform().catalog.delete_job(job, stop_runs=is_true(stopCurrentJobRuns), now=now)
    return answer(200, job_json(job, now))


def _pause(name: str, at: datetime | None) -> Response[str]:
    platform().jobs.pause(name, at)
    job = platform().catalog.find_job(name)
    return answer(200, job_json(job, datetime.now(UTC)), {"ETag": job.etag})


def create(event: APIGatewayProxyEventV2, body: JobDocument, validate: str, key: str | None) -> Response[str]:
    """Create a job, for v0 and v1. With a key that was used before, answer the job that it created."""
    catalog, now = platform().catalog, datetime.now(UTC)
    known = key_of_request(event, key)
    if known and (created := catalog.recall_job(known, now)):
        return answer(201, job_json(created, now), {"ETag": created.etag})
    draft = catalog.draft_new(spec_of(body), schedules_of(body), now)
    if is_true(validate):
        return answer(200, draft_json(draft, now))
    job = catalog.save_draft(draft, now, known)
    return answer(201, job_json(job, now), {"ETag": job.etag})


def replace(draft: Draft, validate: str) -> Response[str]:
    """Save a draft that replaces a job, for v0, v1 and a rollback."""
    now = datetime.now(UTC)
    if is_true(validate):
        return answer(200, draft_json(draft, now))
    job = platform().catalog.save_draft(draft, now)
    return answer(200, job_json(job, now), {"ETag": job.etag})


def spec_of(body: JobDocument) -> JobSpec:
    """Return the document as it is kept: with its defaults, without its schedules.

    tests/unit/test_fields_written_once.py compares the fields of JobDocument and JobSpec.
    """
    return cast("JobSpec", body.model_dump(exclude={"schedules", "pausedAt"}, exclude_none=True))


def schedules_of(body: JobDocument) -> dict[str, Schedule]:
    """Return the document's schedules by id."""
    return {schedule.id: schedule_of(schedule) for schedule in body.schedules}


def schedule_of(body: JobScheduleDocument) -> Schedule:
    """Return a schedule's document as it is kept: with its defaults.

    tests/unit/test_fields_written_once.py compares the fields of JobScheduleDocument and Schedule.
    """
    return cast("Schedule", body.model_dump(exclude_none=True))


def with_embeds(jobs: Sequence[Job], wanted: frozenset[Embed], *, omit_idle: bool) -> list[dict[str, Any]]:
    """Return the jobs with the wanted parts. With `omit_idle`, a job without active runs has no `activeRuns`."""
    now = datetime.now(UTC)
    needs_state = wanted & {Embed.ACTIVE_RUNS, Embed.HISTORY, Embed.HISTORY_SUMMARY}
    states = platform().jobs.states([job.id for job in jobs]) if needs_state else {}
    return [job_json(job, now) | _embedded(job, states.get(job.id, JobState()), wanted, omit_idle) for job in jobs]


def _embedded(job: Job, state: JobState, wanted: frozenset[Embed], omit_idle: bool) -> dict[str, Any]:
    runs = platform().runs
    more: dict[str, Any] = {}
    if Embed.ACTIVE_RUNS in wanted and (state.active or not omit_idle):
        active = runs.get_all((job.id, run_id) for run_id in sorted(state.active, reverse=True)[:MAX_RUNS])
        more["activeRuns"] = [RunAnswer.listed(run) for run in active]
        if state.waiting:
            more["waitingFiring"] = WaitingAnswer.of(state.waiting)
    if Embed.HISTORY_SUMMARY in wanted:
        more["historySummary"] = SummaryAnswer.of(state)
    if Embed.HISTORY in wanted:
        more["history"] = history(state, runs.finished(job.id, job.created_at))
    return more
