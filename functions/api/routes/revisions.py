"""/v1/jobs/{id}/revisions: the revisions of a job, their differences, and rollbacks."""

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.job import ChangeAnswer, DraftAnswer, JobAnswer, RevisionAnswer
from functions.api.http import answer
from functions.api.links import answer_page
from functions.api.openapi import ETAG, LINK, operation
from functions.api.parameters import Cursor, IfMatch, JobIdPath, RevisionPath, RunLimit, Validate
from functions.api.routes.jobs import replace
from functions.jobs.catalog.document_diff import changes
from functions.jobs.model.page import PageRequest
from functions.wiring import platform

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH = "/v1/jobs/<name>/revisions"
MAX_REVISIONS = 50  # in a page; each has a whole job document
Against = Annotated[
    int | None, Query(ge=1, le=99_999_999, description="The other revision. Default: the one before.", examples=[1])
]
describe = partial(operation, "revisions")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get(PATH, **describe("listRevisions", "List a job's revisions", {200: list[RevisionAnswer]}, 404, headers=LINK))
def list_revisions(name: JobIdPath, limit: RunLimit = MAX_REVISIONS, cursor: Cursor = None) -> Response[str]:
    """Return the revisions of a job, newest first."""
    platform().catalog.find_job(name)
    return answer_page(
        router.current_event,
        PageRequest(limit=limit or MAX_REVISIONS, cursor=cursor),
        partial(platform().revisions.page, name),
        lambda revisions: [RevisionAnswer.of(revision) for revision in revisions],
    )


@router.get(f"{PATH}/<number>", **describe("getRevision", "Read a revision", {200: RevisionAnswer}, 404))
def get_revision(name: JobIdPath, number: RevisionPath) -> Response[str]:
    """Return one revision."""
    return answer(200, RevisionAnswer.of(platform().catalog.find_revision(name, number)))


@router.get(
    f"{PATH}/<number>/diff", **describe("diffRevisions", "Compare two revisions", {200: list[ChangeAnswer]}, 404)
)
def diff_revisions(name: JobIdPath, number: RevisionPath, against: Against = None) -> Response[str]:
    """Return the changes from the other revision to this one."""
    after = platform().catalog.find_revision(name, number).spec
    other = number - 1 if against is None else against
    before: Mapping[str, Any] = platform().catalog.find_revision(name, other).spec if other else {}
    return answer(200, list(changes(before, after)))


@router.post(
    f"{PATH}/<number>/actions/rollback",
    **describe(
        "rollBack", "Roll a job back to a revision", {200: JobAnswer | DraftAnswer}, 404, 409, 412, 422, headers=ETAG
    ),
)
def roll_back(
    name: JobIdPath, number: RevisionPath, validate: Validate = "false", if_match: IfMatch = None
) -> Response[str]:
    """Save the document of an earlier revision as a new revision. All revisions remain."""
    old = platform().catalog.find_job(name, if_match)
    revision = platform().catalog.find_revision(name, number)
    return replace(platform().catalog.draft_change(old, revision.spec, datetime.now(UTC)), validate)
