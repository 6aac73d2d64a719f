"""/v1/jobs/{id}/runs and /v1/runs: triggering, reading, repeating, stopping and deleting runs, and their logs."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.run import LogAnswer, RunAnswer
from functions.api.documents.trigger import TriggerDocument
from functions.api.http import RequestError, answer, key_of_request
from functions.api.links import next_page
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
from functions.jobs.inputs.inputs import Inputs
from functions.jobs.model.ecs_task import MAIN
from functions.jobs.model.errors import JobNotFoundError, RunNotFoundError
from functions.jobs.model.page import PageRequest
from functions.jobs.model.run import Run, RunStatus, is_run_id, new_run_id
from functions.jobs.ports.runs import RunFilter
from functions.jobs.runs.log import LogSource, read_log
from functions.jobs.runs.tasks import task_at
from functions.jobs.runs.trigger import Trigger, delete_run
from functions.jobs.runs.waiting_for import what_it_waits_for
from functions.wiring import platform

PATH = "/v1/jobs/<name>/runs"
Container = Annotated[
    str,
    Query(
        pattern="^[A-Za-z0-9_-]{1,64}$",
        description="The container: `main`, `init` (which fetches artifacts and writes files) or a sidecar's name.",
        examples=["init"],
    ),
]
NextToken = Annotated[
    str | None, Query(description="The start of this part, from the answer before.", examples=["1:f/36"])
]
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
    """Return the active runs of a job or, with any parameter, a page of all its runs. Both are newest first."""
    state = platform().jobs.states([name]).get(name)
    if state is None:
        raise JobNotFoundError(name)
    if (status, since, until, limit, cursor, label) == (None,) * 6:
        active = platform().runs.get_all((name, run_id) for run_id in state.active)
        return answer(200, [RunAnswer.of(run) for run in active])
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


@router.get(f"{PATH}/<run_id>/logs", **describe("getLog", "Read a run's log", {200: LogAnswer}, 404, 422))
def get_log(
    name: JobIdPath, run_id: RunIdPath, container: Container = MAIN, index: Index = 0, nextToken: NextToken = None
) -> Response[str]:
    """Return a part of what a container has printed. `nextToken` continues after the part before."""
    run = run_of_path(name, run_id)
    if index >= run.plan.task_count:
        raise RequestError(400, f"index: {index} is too large. Use 0 to {run.plan.task_count - 1}.")
    source = LogSource(name, task_at(run, index, platform().tasks).attempts, container)
    lines, token = read_log(source, nextToken, platform().logs)
    return answer(200, LogAnswer.of(lines, token))


def _trigger(name: str, idempotency_key: str | None) -> Trigger:
    now = datetime.now(UTC)
    key = key_of_request(router.current_event, idempotency_key)
    return Trigger(job_id=name, run_id=new_run_id(now), now=now, key=key)


def _page(run_filter: RunFilter, limit: int | None, cursor: str | None) -> Response[str]:
    if run_filter.since and run_filter.until and run_filter.since > run_filter.until:
        raise RequestError(400, "since: is later than until. Use an earlier time.")
    found = platform().runs.page(PageRequest(limit=limit or MAX_RUNS, cursor=cursor), run_filter)
    runs = [RunAnswer.of(run) for run in found.items]
    return answer(200, runs, next_page(router.current_event, found.cursor))


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
