"""/v1/groups: the groups that the dots of job ids make."""

from collections import Counter
from collections.abc import Iterable
from functools import partial

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.body import answer
from functions.api.answers.job import GroupAnswer
from functions.api.openapi import LINK, operation
from functions.api.paging import next_page
from functions.api.parameters import MAX_PAGE, Cursor, GroupIdPath, Limit
from functions.api.services import services
from functions.jobs.errors import NotFoundError
from functions.jobs.groups import Group, groups_of
from functions.jobs.ports import PageWish
from functions.jobs.run import Run

describe = partial(operation, "groups")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get("/v1/groups", **describe("listGroups", "List the groups", {200: list[GroupAnswer]}, headers=LINK))
def list_groups(limit: Limit = MAX_PAGE, cursor: Cursor = None) -> Response[str]:
    """The groups by id, each with its counts."""
    found = services().groups.page(PageWish(limit=limit, cursor=cursor))
    active = _active_by_group(services().runs.active(None))
    groups = [_answer(group, active[group.id]) for group in found.items]
    return answer(200, groups, next_page(router.current_event, found.cursor))


@router.get("/v1/groups/<name>", **describe("getGroup", "Read a group", {200: GroupAnswer}, 404))
def get_group(name: GroupIdPath) -> Response[str]:
    """One group with its counts."""
    group = services().groups.get(name)
    if group is None:
        raise NotFoundError("Group", name)
    return answer(200, _answer(group, _active_by_group(services().runs.active(name))[name]))


def _active_by_group(runs: Iterable[Run]) -> Counter[str]:
    return Counter(group for run in runs for group in groups_of(run.job_id))


def _answer(group: Group, active: int) -> GroupAnswer:
    return GroupAnswer(id=group.id, jobCount=group.jobs, activeRunCount=active)
