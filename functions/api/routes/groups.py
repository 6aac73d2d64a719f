"""/v1/groups: the groups of jobs, which the dots in job ids form."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.answers.deployment import GroupAnswer
from functions.api.http import answer
from functions.api.links import answer_page
from functions.api.openapi import LINK, operation
from functions.api.parameters import MAX_PAGE, Cursor, GroupIdPath, Limit
from functions.jobs.model.errors import NotFoundError
from functions.jobs.model.job import Group, groups_of
from functions.jobs.model.page import PageRequest
from functions.jobs.model.run import Run
from functions.wiring import platform

PATH = "/v1/groups/<name>"
describe = partial(operation, "groups")
router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.get("/v1/groups", **describe("listGroups", "List the groups", {200: list[GroupAnswer]}, headers=LINK))
def list_groups(limit: Limit = MAX_PAGE, cursor: Cursor = None) -> Response[str]:
    """Return the groups by id, each with its counts."""
    active = _active_by_group(platform().runs.active(None))
    return answer_page(
        router.current_event,
        PageRequest(limit=limit, cursor=cursor),
        platform().groups.page,
        lambda groups: [GroupAnswer.of(group, active[group.id]) for group in groups],
    )


@router.get(PATH, **describe("getGroup", "Read a group", {200: GroupAnswer}, 404))
def get_group(name: GroupIdPath) -> Response[str]:
    """Return one group with its counts."""
    group = platform().groups.get(name)
    if group is None:
        raise NotFoundError("Group", name)
    return answer(200, _counted(group))


@router.post(f"{PATH}/actions/pause", **describe("pauseGroup", "Pause a group", {200: GroupAnswer}, 404))
def pause_group(name: GroupIdPath) -> Response[str]:
    """Pause the schedules and event triggers of the group's jobs. Active runs continue; calls still start runs."""
    return _pause(name, datetime.now(UTC))


@router.post(f"{PATH}/actions/resume", **describe("resumeGroup", "Resume a group", {200: GroupAnswer}, 404))
def resume_group(name: GroupIdPath) -> Response[str]:
    """Resume the schedules and event triggers of the group's jobs, from the next firings on."""
    return _pause(name, None)


def _pause(name: str, at: datetime | None) -> Response[str]:
    platform().groups.pause(name, at)
    return answer(200, _counted(platform().groups.get(name) or Group(name, 0)))


def _counted(group: Group) -> GroupAnswer:
    return GroupAnswer.of(group, _active_by_group(platform().runs.active(group.id))[group.id])


def _active_by_group(runs: Iterable[Run]) -> Counter[str]:
    return Counter(group for run in runs for group in groups_of(run.job_id))
