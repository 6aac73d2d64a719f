"""/v1/jobs/{id}/runs and /v1/runs: triggering, reading, repeating, stopping and deleting runs."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.run import RunAnswer
from functions.api.documents.trigger import TriggerDocument
from functions.api.http import RequestError, answer, key_of_request
from functions.api.links import answer_page
from functions.api.openapi import LINK, operation
from functions.api.parameters import (
    MAX_RUNS,
    Cursor,
    Force,
    GroupQuery,
    IdempotencyKeyHeader,
    JobIdPath,
    Labels,
    RunIdPath,
    RunLimit,
    Since,
    Statuses,
    Until,
    is_true,
    pairs,
)
from functions.jobs.inputs.inputs import Inputs
from functions.jobs.model.errors import JobNotFoundError, RunNotFoundError
from functions.jobs.model.job import JobState
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.run import ACTIVE_STATUSES, Run, RunStatus, is_run_id, new_run_id
from functions.jobs.ports.runs import RunFilter
from functions.jobs.runs.trigger import Trigger, delete_run
from functions.jobs.runs.waiting_for import what_it_waits_for
from functions.wiring import platform

PATH = "/v1/jobs/<name>/runs"
describe = partial(operation, "runs")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.post(PATH, **describe("triggerRun", "Start a run", {201: RunAnswer}, 404, 409, 413, 415, 422))
def trigger_run(
    name: JobIdPath,
    body: Annotated[TriggerDocument | None, Body(description="The inputs of the run.")] = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response[str]:
    """Start a run. For 24 hours, the same Idempotency-Key gives the same run."""
    inputs = body.inputs() if body else Inputs()
    return answer(201, RunAnswer.of(platform().launcher.launch_run(_trigger(name, idempotency_key), inputs)))


@router.get(PATH, **describe("listRunsOfJob", "List a job's runs", {200: list[RunAnswer]}, 404, headers=LINK))
def list_runs_of_job(
    name: JobIdPath,
    status: Statuses = None,
    since: Since = None,
    until: Until = None,
    limit: RunLimit = None,
    cursor: Cursor = None,
    label: Labels = None,
) -> Response[str]:
    """Return the active runs of a job or, with any parameter, a page of all its runs. Both are newest first.

    If more than 100 runs are active, the link leads to the others.
    """
    state = platform().jobs.states([name]).get(name)
    if state is None:
        raise JobNotFoundError(name)
    if (status, since, until, limit, cursor, label) == (None,) * 6:
        return _active(name, state)
    run_filter = RunFilter(
        job_id=name, statuses=status or list(RunStatus), since=since, until=until, labels=pairs(label or ())
    )
    return _page(run_filter, limit, cursor)


@router.get("/v1/runs", **describe("listRuns", "List runs of all jobs", {200: list[RunAnswer]}, headers=LINK))
def list_runs(
    group: GroupQuery = None,
    status: Statuses = None,
    since: Since = None,
    until: Until = None,
    limit: RunLimit = None,
    cursor: Cursor = None,
    label: Labels = None,
) -> Response[str]:
    """Return a page of the runs of all jobs or of a group, newest first. With a filter, a page can be short."""
    run_filter = RunFilter(
        group=group, statuses=status or list(RunStatus), since=since, until=until, labels=pairs(label or ())
    )
    return _page(run_filter, limit, cursor)


@router.get(f"{PATH}/<run_id>", **describe("getRun", "Read a run", {200: RunAnswer}, 404))
def get_run(name: JobIdPath, run_id: RunIdPath) -> Response[str]:
    """Return one run, active or finished. If ECS starts no task for it, `waitingFor` says why."""
    run = run_of_path(name, run_id)
    waiting_for = what_it_waits_for(run, datetime.now(UTC), platform().launch_history)
    return answer(200, RunAnswer.of(run, waiting_for))


@router.delete(f"{PATH}/<run_id>", **describe("deleteRun", "Delete a finished run", {200: RunAnswer}, 404, 409))
def delete_finished_run(name: JobIdPath, run_id: RunIdPath) -> Response[str]:
    """Delete a run that has ended. The job's counts still include it."""
    return answer(200, RunAnswer.of(delete_run(platform().runs, name, _run_id(name, run_id), datetime.now(UTC))))


@router.post(
    f"{PATH}/<run_id>/actions/rerun",
    **describe("rerunRun", "Run a finished run again", {201: RunAnswer}, 404, 409, 422),
)
def rerun_run(name: JobIdPath, run_id: RunIdPath, idempotency_key: IdempotencyKeyHeader = None) -> Response[str]:
    """Start a new run with the present job and the inputs of this run. While this run is active, answer 409."""
    run = platform().launcher.rerun(_trigger(name, idempotency_key), _run_id(name, run_id))
    return answer(201, RunAnswer.of(run))


@router.post(f"{PATH}/<run_id>/actions/stop", **describe("stopRun", "Stop a run", {200: RunAnswer}, 404))
def stop_run(name: JobIdPath, run_id: RunIdPath, force: Force = "false") -> Response[str]:
    """Stop a run. A run that has ended does not change."""
    run = platform().stopper.stop_run(name, _run_id(name, run_id), datetime.now(UTC), force=is_true(force))
    return answer(200, RunAnswer.of(run))


def _trigger(name: str, idempotency_key: str | None) -> Trigger:
    now = datetime.now(UTC)
    key = key_of_request(router.current_event, idempotency_key)
    return Trigger(job_id=name, run_id=new_run_id(now), now=now, key=key)


def _page(run_filter: RunFilter, limit: int | None, cursor: str | None) -> Response[str]:
    if run_filter.since and run_filter.until and run_filter.since > run_filter.until:
        raise RequestError(400, "since: is later than until. Use an earlier time.")
    return answer_page(
        router.current_event,
        PageRequest(limit=limit or MAX_RUNS, cursor=cursor),
        partial(platform().runs.page, wanted=run_filter),
        _listed,
    )


def _active(name: str, state: JobState) -> Response[str]:
    """Answer with the newest active runs, and a link to the page of active runs that begins after them."""
    newest = sorted(state.active, reverse=True)

    def read(request: PageRequest) -> Page[Run]:
        shown = newest[: request.limit]
        runs = platform().runs.get_all((name, run_id) for run_id in shown)
        return Page(runs, platform().runs.cursor_after(name, shown[-1]) if len(newest) > len(shown) else None)

    also = [("status", status) for status in ACTIVE_STATUSES]
    return answer_page(router.current_event, PageRequest(limit=MAX_RUNS), read, _listed, also)


def _listed(runs: Iterable[Run]) -> list[RunAnswer]:
    return [RunAnswer.listed(run) for run in runs]


def _run_id(name: str, text: str) -> str:
    if not is_run_id(text):
        raise RunNotFoundError(name, text)
    return text


def run_of_path(name: str, run_id: str) -> Run:
    """Return the run that a request names. Raises RunNotFoundError."""
    run = platform().runs.get(name, _run_id(name, run_id))
    if run is None:
        raise RunNotFoundError(name, run_id)
    return run
