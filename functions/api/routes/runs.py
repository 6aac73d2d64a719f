"""/v1/jobs/{id}/runs and /v1/runs: triggering, reading, repeating, stopping and deleting runs, and what they print."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.body import answer
from functions.api.answers.run import LogAnswer, RunAnswer
from functions.api.documents.trigger import TriggerDocument
from functions.api.links import key_of_request, next_page
from functions.api.openapi import LINK, operation
from functions.api.parameters import (
    MAX_RUNS,
    Cursor,
    Force,
    GroupQuery,
    IdempotencyKeyHeader,
    Index,
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
from functions.api.reading import RequestError
from functions.jobs.model.ecs_task import MAIN
from functions.jobs.model.errors import JobNotFoundError, RunNotFoundError
from functions.jobs.model.page import PageRequest
from functions.jobs.model.run import Run, RunStatus, is_run_id, new_run_id
from functions.jobs.ports.runs import RunFilter
from functions.jobs.runs.log import LogSource, read_log
from functions.jobs.runs.tasks import task_at
from functions.jobs.runs.trigger import Trigger, delete_run
from functions.wiring import platform

PATH = "/v1/jobs/<name>/runs"
Container = Annotated[
    str,
    Query(
        pattern="^[A-Za-z0-9_-]{1,64}$",
        description="Whose lines: `main`, `init` (it fetches artifacts and writes files) or a sidecar's name.",
        examples=["init"],
    ),
]
NextToken = Annotated[str | None, Query(description="Where to go on: the answer before has it.", examples=["1:f/36"])]
describe = partial(operation, "runs")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.post(PATH, **describe("triggerRun", "Start a run", {201: RunAnswer}, 404, 409, 413, 415, 422))
def trigger_run(
    name: JobIdPath,
    body: Annotated[TriggerDocument | None, Body(description="What the run has otherwise, or nothing.")] = None,
    idempotency_key: IdempotencyKeyHeader = None,
) -> Response[str]:
    """Start a run; the same Idempotency-Key gives the same run for 24 hours."""
    inputs = (body or TriggerDocument()).inputs()
    return answer(201, RunAnswer.of(platform().launcher.launch_run(_wish(name, idempotency_key), inputs)))


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
    """The active runs of a job; with any of the parameters a page of all its runs. Both newest first."""
    state = platform().jobs.states([name]).get(name)
    if state is None:
        raise JobNotFoundError(name)
    if (status, since, until, limit, cursor, label) == (None,) * 6:
        active = platform().runs.get_all((name, run_id) for run_id in state.active)
        return answer(200, [RunAnswer.of(run) for run in active])
    wanted = RunFilter(
        job_id=name, statuses=status or list(RunStatus), since=since, until=until, labels=pairs(label or ())
    )
    return _page(wanted, limit, cursor)


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
    """A page of the runs of the deployment, or of a group, newest first. With a filter a page may be short."""
    wanted = RunFilter(
        group=group, statuses=status or list(RunStatus), since=since, until=until, labels=pairs(label or ())
    )
    return _page(wanted, limit, cursor)


@router.get(f"{PATH}/<run_id>", **describe("getRun", "Read a run", {200: RunAnswer}, 404))
def get_run(name: JobIdPath, run_id: RunIdPath) -> Response[str]:
    """One run, also a finished one."""
    return answer(200, RunAnswer.of(run_of_path(name, run_id)))


@router.delete(f"{PATH}/<run_id>", **describe("deleteRun", "Delete a finished run", {200: RunAnswer}, 404, 409))
def delete_finished_run(name: JobIdPath, run_id: RunIdPath) -> Response[str]:
    """Delete a run that has ended; the job's counters still count it."""
    return answer(200, RunAnswer.of(delete_run(platform().runs, name, _run_id(name, run_id), datetime.now(UTC))))


@router.post(
    f"{PATH}/<run_id>/actions/rerun",
    **describe("rerunRun", "Run a finished run again", {201: RunAnswer}, 404, 409, 422),
)
def rerun_run(name: JobIdPath, run_id: RunIdPath, idempotency_key: IdempotencyKeyHeader = None) -> Response[str]:
    """Start a new run of the job as it is now, with the inputs of this run; 409 as long as this one is active."""
    run = platform().launcher.rerun(_wish(name, idempotency_key), _run_id(name, run_id))
    return answer(201, RunAnswer.of(run))


@router.post(f"{PATH}/<run_id>/actions/stop", **describe("stopRun", "Stop a run", {200: RunAnswer}, 404))
def stop_run(name: JobIdPath, run_id: RunIdPath, force: Force = "false") -> Response[str]:
    """Stop a run; one that has ended stays as it is."""
    run = platform().stopper.stop_run(name, _run_id(name, run_id), datetime.now(UTC), force=is_true(force))
    return answer(200, RunAnswer.of(run))


@router.get(f"{PATH}/<run_id>/logs", **describe("getLog", "Read what a run prints", {200: LogAnswer}, 404, 422))
def get_log(
    name: JobIdPath, run_id: RunIdPath, container: Container = MAIN, index: Index = 0, nextToken: NextToken = None
) -> Response[str]:
    """What a container of a run's task has printed; `nextToken` goes on where the last part ended."""
    run = run_of_path(name, run_id)
    if index >= run.plan.task_count:
        raise RequestError(400, f"index: the last task of this run has the index {run.plan.task_count - 1}.")
    source = LogSource(name, task_at(run, index, platform().tasks).attempts, container)
    lines, token = read_log(source, nextToken, platform().logs)
    return answer(200, LogAnswer.of(lines, token))


def _wish(name: str, idempotency_key: str | None) -> Trigger:
    now = datetime.now(UTC)
    key = key_of_request(router.current_event, idempotency_key)
    return Trigger(job_id=name, run_id=new_run_id(now), now=now, key=key)


def _page(wanted: RunFilter, limit: int | None, cursor: str | None) -> Response[str]:
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise RequestError(400, "since is later than until: no run is between them.")
    found = platform().runs.page(PageRequest(limit=limit or MAX_RUNS, cursor=cursor), wanted)
    runs = [RunAnswer.of(run) for run in found.items]
    return answer(200, runs, next_page(router.current_event, found.cursor))


def _run_id(name: str, text: str) -> str:
    if not is_run_id(text):
        raise RunNotFoundError(name, text)
    return text


def run_of_path(name: str, run_id: str) -> Run:
    """The run that a request names; raises RunNotFoundError."""
    run = platform().runs.get(name, _run_id(name, run_id))
    if run is None:
        raise RunNotFoundError(name, run_id)
    return run
