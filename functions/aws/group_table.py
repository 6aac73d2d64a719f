"""How many jobs each group has: counted in the transactions that make and delete jobs."""

from functions.aws.pages import key_of, page
from functions.aws.table import Item, Operation, Table, pack
from functions.jobs.groups import Group, groups_of
from functions.jobs.ports import Page, PageWish

_LIST = "GROUPS"  # the partition of GSI1 that lists all groups by id
_PLACE = key_of("PK", "SK", "GSI1PK", "GSI1SK")


def count(job_id: str, change: int) -> dict[str, Operation]:
    """Count a job in, or out, of all the groups it is in."""
    return {f"group {group}": _count(group, change) for group in groups_of(job_id)}


def _count(group: str, change: int) -> Operation:
    return "Update", {
        "Key": pack(_key(group)),
        "UpdateExpression": "SET GSI1PK = :list, GSI1SK = :group ADD jobs :change",
        "ExpressionAttributeValues": pack({":list": _LIST, ":group": group, ":change": change}),
    }


class GroupTable:
    """Implements functions.jobs.ports.GroupStore."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, group_id: str) -> Group | None:
        """The group; None if no job is in it."""
        item = self._table.get(_key(group_id))
        return _group(item) if item and item["jobs"] else None

    def page(self, wish: PageWish) -> Page[Group]:
        """The groups by id."""
        return page(
            self._table,
            wish,
            _group,
            _PLACE,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :list",
            FilterExpression="jobs > :none",
            ExpressionAttributeValues=pack({":list": _LIST, ":none": 0}),
        )


def _key(group: str) -> dict[str, str]:
    return {"PK": f"GROUP#{group}", "SK": "GROUP"}


def _group(item: Item) -> Group:
    return Group(item["PK"].removeprefix("GROUP#"), item["jobs"])
