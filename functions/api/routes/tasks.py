"""/v1/jobs/{id}/runs/{id}/tasks: the tasks of a run, one or several, each with its attempts."""

from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BeforeValidator

from functions.api.answers.task import IndexedTaskAnswer
from functions.api.links import answer_page
from functions.api.openapi import LINK, operation
from functions.api.parameters import MAX_RUNS, Cursor, JobIdPath, RunIdPath, several
from functions.api.routes.runs import PATH, run_of_path
from functions.jobs.model.page import PageRequest
from functions.jobs.model.run import RunStatus
from functions.jobs.runs.tasks import page_of_tasks
from functions.wiring import platform

TaskLimit = Annotated[
    int | None, Query(ge=1, le=MAX_RUNS, description="The maximum number of items in a page.", examples=[100])
]
TaskStatuses = Annotated[
    list[RunStatus] | None,
    BeforeValidator(several),
    Query(alias="status", description="List only tasks in one of these statuses.", examples=[["FAILED"]]),
]
describe = partial(operation, "runs")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get(
    f"{PATH}/<run_id>/tasks",
    **describe("listTasks", "List a run's tasks", {200: list[IndexedTaskAnswer]}, 404, headers=LINK),
)
def list_tasks(
    name: JobIdPath, run_id: RunIdPath, status: TaskStatuses = None, limit: TaskLimit = None, cursor: Cursor = None
) -> Response[str]:
    """Return the tasks of a run that have begun, by index. With a filter, a page can be short."""
    run = run_of_path(name, run_id)
    request = PageRequest(limit=limit or MAX_RUNS, cursor=cursor)
    return answer_page(
        router.current_event,
        request,
        lambda request: page_of_tasks(run, request, status or list(RunStatus), platform().tasks),
        lambda tasks: [IndexedTaskAnswer.of(run, task) for task in tasks],
    )
