"""/v1/jobs/{id}/runs/{id}/logs and /v1/jobs/{id}/logs: what the containers of a run, or of all runs, have printed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, partial
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BeforeValidator, Field

from functions.api.answers.log import LogAnswer, text_answer
from functions.api.http import MAX_ANSWER, RequestError, answer
from functions.api.links import next_page
from functions.api.openapi import operation
from functions.api.parameters import Follow, Index, JobIdPath, LogSince, LogUntil, RunIdPath, is_true, several
from functions.api.routes.runs import PATH, run_of_path
from functions.jobs.model.ecs_task import MAIN
from functions.jobs.model.errors import JobNotFoundError
from functions.jobs.model.run import Run
from functions.jobs.runs.job_log import JobLogReader
from functions.jobs.runs.log import MAX_LINES, LogPart, LogReader, Room
from functions.jobs.runs.log_source import LogSource, containers_of
from functions.jobs.runs.tasks import task_at
from functions.wiring import platform

ALL = "*"
_ENVELOPE = 16 * 1024  # bytes of an answer beside its lines


Containers = Annotated[
    list[Annotated[str, Field(pattern=r"^([A-Za-z0-9_-]{1,64}|\*)$")]] | None,
    BeforeValidator(several),
    Query(
        alias="container",
        description="The containers, repeated or comma-separated: `main`, `init` (which fetches artifacts and writes "
        "files), sidecars by name, or `*` for all. Default: `main`.",
        examples=[["init"]],
    ),
]
NextToken = Annotated[
    str | None,
    Query(description="The start of this part, from the answer before. Use it within 24 hours.", examples=["1:f/36"]),
]
Lines = Annotated[int, Query(ge=1, le=MAX_LINES, description="The maximum number of lines.", examples=[100])]
Tail = Annotated[
    int | None,
    Query(
        ge=1,
        le=MAX_LINES,
        description="The number of last lines to begin with. It has no effect with `nextToken`.",
        examples=[20],
    ),
]
FormatQuery = Annotated[
    Literal["json", "text"],
    Query(
        alias="format",
        description="`text`: only the lines. If you ask for several containers or runs, their names are in front.",
        examples=["text"],
    ),
]
_NEXT = {
    "type": "string",
    "examples": ['</v1/jobs/team.report/runs/20260102030405kV9x0/logs?nextToken=1%3A>; rel="next"'],
}
LINK = {
    "Link": {
        "description": 'The URL of the next part, with rel="next". Absent once the log has ended.',
        "schema": _NEXT,
    }
}
describe = partial(operation, "runs")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get(
    f"{PATH}/<run_id>/logs",
    **describe("getLog", "Read a run's log", {200: (LogAnswer, str)}, 404, headers=LINK),
)
def get_log(
    name: JobIdPath,
    run_id: RunIdPath,
    container: Containers = None,
    index: Index = 0,
    nextToken: NextToken = None,
    tail: Tail = None,
    since: LogSince = None,
    until: LogUntil = None,
    limit: Lines = MAX_LINES,
    format_: FormatQuery = "json",
) -> Response[str]:
    """Return a part of what containers have printed. `nextToken` continues after it, until the log has `ended`."""
    reader = _reader(limit, since, until)
    source = _source(run_of_path(name, run_id), index, container or [MAIN])
    count = _count(tail, limit)
    part = reader.read(source, nextToken or None) if count is None or nextToken else reader.tail(source, count)
    return _answer(part, format_, runs=False, containers=len(source.containers) > 1)


@router.get(
    "/v1/jobs/<name>/logs",
    **describe("getJobLog", "Read the logs of a job's runs", {200: (LogAnswer, str)}, 404, headers=LINK),
)
def get_job_log(
    name: JobIdPath,
    container: Containers = None,
    index: Index = 0,
    nextToken: NextToken = None,
    tail: Tail = None,
    since: LogSince = None,
    until: LogUntil = None,
    limit: Lines = MAX_LINES,
    format_: FormatQuery = "json",
    follow: Follow = "false",
) -> Response[str]:
    """Return a part of what the runs of a job have printed, the newest run first. With `follow`, it never ends."""
    state = platform().jobs.states([name]).get(name)
    if state is None:
        raise JobNotFoundError(name)
    wanted = container or [MAIN]
    names_of = cache(lambda revision: containers_of(name, revision, platform().revisions))

    def find(run: Run) -> LogSource | None:
        names = wanted if wanted == [MAIN] else names_of(run.plan.revision)
        chosen = [one for one in names if one in wanted or ALL in wanted]
        if run.plan.fleet or index >= run.plan.task_count or not chosen:
            return None
        return LogSource.of(run, task_at(run, index, platform().tasks), chosen)

    reader = JobLogReader(
        job_id=name, runs=platform().runs, reader=_reader(limit, since, until), find=find, tail=_count(tail, limit)
    )
    part = reader.follow(nextToken, state.active) if is_true(follow) else reader.newest_first(nextToken)
    return _answer(part, format_, runs=True, containers=ALL in wanted or len(wanted) > 1)


def _source(run: Run, index: int, wanted: Sequence[str]) -> LogSource:
    """Return the source of the wanted containers' lines. `main` is there always; of others, the revision tells."""
    if index >= run.plan.task_count:
        raise RequestError(400, f"index: {index} is too large. Use 0 to {run.plan.task_count - 1}.")
    chosen = list(wanted)
    if wanted != [MAIN] and not run.plan.fleet:
        known = containers_of(run.job_id, run.plan.revision, platform().revisions)
        if unknown := [one for one in wanted if one not in (ALL, *known)]:
            raise RequestError(
                400, f"container: the run has no container {unknown[0]}. Use {', '.join(known)}, or {ALL}."
            )
        chosen = known if ALL in wanted else chosen
    return LogSource.of(run, task_at(run, index, platform().tasks), chosen)


def _reader(limit: int, since: datetime | None, until: datetime | None) -> LogReader:
    if since and until and since >= until:
        raise RequestError(400, "since: is not earlier than until. Use an earlier time.")
    room = Room(lines=limit, size=MAX_ANSWER - _ENVELOPE)
    return LogReader(logs=platform().logs, room=room, now=datetime.now(UTC), since=since, until=until)


def _count(tail: int | None, limit: int) -> int | None:
    return None if tail is None else min(tail, limit)


def _answer(part: LogPart, format_: str, *, runs: bool, containers: bool) -> Response[str]:
    link = next_page(router.current_event, None if part.ended else part.token, name="nextToken")
    if format_ == "text":
        return text_answer(part, link, runs=runs, containers=containers)
    return answer(200, LogAnswer.of(part), link)
