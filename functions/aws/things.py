"""The registry of AWS IoT Core: which things and thing groups there are, and what fleet indexing finds."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from functions.aws.many_calls import call_for_each
from functions.aws.refusals import ABSENT, query_refusal
from functions.aws.table import is_error
from functions.aws.thing_groups import delete_group, make_dynamic_group, make_group

if TYPE_CHECKING:
    from mypy_boto3_iot import IoTClient

_FOUND_AT_ONCE = 100  # AWS IoT API Reference, SearchIndex
_LISTED_AT_ONCE = 25  # enough to find one: a page may be empty where a later one is not


class IotThings:
    """Implements functions.jobs.ports.fleet.Things.

    `prefix` begins the names of temporary groups; `arn` is any of the account and region that the things are in.
    """

    def __init__(self, client: Callable[[], "IoTClient"], prefix: str, arn: str) -> None:
        self._client = client
        self._prefix = prefix
        _, partition, _, region, account, *_ = arn.split(":")
        self._arn = f"arn:{partition}:iot:{region}:{account}"

    def arns(self, things: Iterable[str]) -> list[str]:
        """The ARNs of things, whether they exist or not."""
        return [f"{self._arn}:thing/{thing}" for thing in things]

    def group_arns(self, groups: Iterable[str]) -> list[str]:
        """The ARNs of groups, whether they exist or not."""
        return [f"{self._arn}:thinggroup/{group}" for group in groups]

    def unknown(self, things: Collection[str], groups: Collection[str]) -> tuple[list[str], list[str]]:
        """Those that do not exist, each named once, in their order."""
        client = self._client()
        no_things = _absent(lambda name: client.describe_thing(thingName=name), things)
        return no_things, _absent(lambda name: client.describe_thing_group(thingGroupName=name), groups)

    def has_things(self, group: str) -> bool:
        """Whether a group, or one below it, has any; False also if there is no such group."""
        pages = self._client().get_paginator("list_things_in_thing_group")
        try:
            found = pages.paginate(thingGroupName=group, recursive=True, PaginationConfig={"PageSize": _LISTED_AT_ONCE})
            return any(page.get("things") for page in found)
        except ClientError as error:
            if not is_error(error, ABSENT):
                raise
            return False

    def search(self, query: str) -> Iterator[str]:
        """What fleet indexing finds; raises RefusedError, as where it is not switched on."""
        wanted: dict[str, Any] = {"queryString": query, "maxResults": _FOUND_AT_ONCE}
        while True:
            with query_refusal(f"IoT cannot search for {query}"):
                answer = self._client().search_index(**wanted)
            yield from (thing["thingName"] for thing in answer.get("things", []))
            if not answer.get("nextToken"):
                return
            wanted["nextToken"] = answer["nextToken"]

    def group_of(self, run_id: str) -> str:
        """The name of a run's temporary group, whether it is there or not."""
        return f"{self._prefix}{run_id}"

    def gather(self, run_id: str, things: Iterable[str]) -> str:
        """Make, or complete, the temporary group of these things; its name. Raises RefusedError."""
        return make_group(self._client(), self.group_of(run_id), things)

    def gather_by_query(self, run_id: str, query: str) -> str:
        """Make the temporary group a dynamic one; its name. Raises RefusedError."""
        return make_dynamic_group(self._client(), self.group_of(run_id), query)

    def disperse(self, group: str, *, is_dynamic: bool) -> None:
        """Delete a temporary group; nothing to do if it is gone."""
        delete_group(self._client(), group, is_dynamic=is_dynamic)


def _absent(describe: Callable[[str], object], names: Collection[str]) -> list[str]:
    def is_absent(name: str) -> bool:
        try:
            describe(name)
        except ClientError as error:
            if not is_error(error, ABSENT):
                raise
            return True
        return False

    wanted = list(dict.fromkeys(names))
    return [name for name, absent in zip(wanted, call_for_each(is_absent, wanted), strict=True) if absent]
