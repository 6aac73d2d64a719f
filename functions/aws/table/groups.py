"""Groups in the table: how many jobs each has, and whether it is paused."""

from collections.abc import Mapping
from datetime import datetime

from functions.aws.table.job_items import group_of
from functions.aws.table.pages import key_of, page
from functions.aws.table.table import Operation, Table, group_key, pack
from functions.jobs.model.errors import NotFoundError
from functions.jobs.model.job import DEPLOYMENT, Group, groups_of
from functions.jobs.model.page import Page, PageRequest

_LIST = "GROUPS"  # the partition of GSI1 that lists all groups by id
_PLACE = key_of("PK", "SK", "GSI1PK", "GSI1SK")


def set_pause(table: Table, key: Mapping[str, str], at: datetime | None, condition: str) -> bool:
    """Pause an item from `at` on, or resume it (None); False if the condition does not hold.

    The item gets a new version, so that a writer who has read the old one does not overwrite it.
    """
    values: dict[str, int | str] = {":one": 1}
    change = "REMOVE pausedAt"
    if at:
        change, values[":at"] = "SET pausedAt = if_not_exists(pausedAt, :at)", at.isoformat()
    update = f"{change} ADD version :one"
    return table.update(key, update, condition, ExpressionAttributeValues=pack(values)) is None


def count(job_id: str, change: int) -> dict[str, Operation]:
    """Add `change` to the number of jobs of each group that the job is in."""
    return {f"group {group}": _count(group, change) for group in groups_of(job_id)}


def _count(group: str, change: int) -> Operation:
    return "Update", {
        "Key": pack(group_key(group)),
        "UpdateExpression": "SET GSI1PK = :list, GSI1SK = :group ADD jobs :change",
        "ExpressionAttributeValues": pack({":list": _LIST, ":group": group, ":change": change}),
    }


class GroupTable:
    """Implements functions.jobs.ports.definitions.GroupStore."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, group_id: str) -> Group | None:
        """The group; None if no job is in it and it is not paused."""
        item = self._table.get(group_key(group_id))
        group = group_of(item) if item else None
        return group if group and (group.jobs or group.paused_at) else None

    def pause(self, group_id: str, at: datetime | None) -> None:
        """Pause a group, or resume it (None); raises NotFoundError.

        The deployment is a group without a number of jobs. It can be paused before its item exists.
        """
        condition = "attribute_not_exists(jobs)" if group_id == DEPLOYMENT else "attribute_exists(jobs)"
        if not set_pause(self._table, group_key(group_id), at, condition):
            raise NotFoundError("Group", group_id)

    def page(self, request: PageRequest) -> Page[Group]:
        """The groups by id: those that have jobs or are paused."""
        return page(
            self._table,
            request,
            group_of,
            _PLACE,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :list",
            FilterExpression="jobs > :none OR attribute_exists(pausedAt)",
            ExpressionAttributeValues=pack({":list": _LIST, ":none": 0}),
        )
