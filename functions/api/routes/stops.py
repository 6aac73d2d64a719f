"""Stop all runs of a job, of a group, or of the deployment. The route that stops one run is in runs.py."""

from datetime import UTC, datetime
from functools import partial

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.deployment import StoppedAnswer
from functions.api.http import answer
from functions.api.openapi import operation
from functions.api.parameters import GroupIdPath, JobIdPath
from functions.jobs.model.errors import NotFoundError
from functions.wiring import platform

describe = partial(operation, "runs")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.post(
    "/v1/jobs/<name>/actions/stop",
    **describe("stopRunsOfJob", "Stop all runs of a job", {200: StoppedAnswer}, 404),
)
def stop_runs_of_job(name: JobIdPath) -> Response[str]:
    """Stop the active runs and remove the waiting firing. One call stops at most 100."""
    return answer(200, StoppedAnswer.of(platform().stopper.stop_runs_of_job(name, datetime.now(UTC))))


@router.post(
    "/v1/groups/<name>/actions/stop",
    **describe("stopRunsOfGroup", "Stop all runs of a group", {200: StoppedAnswer}, 404),
)
def stop_runs_of_group(name: GroupIdPath) -> Response[str]:
    """Stop the active runs and remove the waiting firings of the group's jobs. One call stops at most 100."""
    if platform().groups.get(name) is None:
        raise NotFoundError("Group", name)
    return answer(200, StoppedAnswer.of(platform().stopper.stop_runs_of_group(name, datetime.now(UTC))))


@router.post(
    "/v1/deployment/actions/stop",
    **operation("deployment", "stopRunsOfDeployment", "Stop all runs of the deployment", {200: StoppedAnswer}),
)
def stop_runs_of_deployment() -> Response[str]:
    """Stop the active runs and remove the waiting firings of all jobs. One call stops at most 100."""
    return answer(200, StoppedAnswer.of(platform().stopper.stop_runs_of_group(None, datetime.now(UTC))))
