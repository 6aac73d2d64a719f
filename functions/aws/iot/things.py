"""The registry of AWS IoT: things, searches for them, and the temporary groups that hold a rollout's targets."""

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from functions.aws.iot.refusals import ABSENT, INVALID, THERE, query_refusal, refusal
from functions.aws.passing_errors import in_this_time
from functions.aws.table.table import is_error

if TYPE_CHECKING:
    from mypy_boto3_iot import IoTClient
    from mypy_boto3_iot.type_defs import ThingGroupPropertiesTypeDef

T = TypeVar("T")
# AWS IoT Developer Guide, "Static thing groups": "You can add a thing to a maximum of 10 groups."
MOST_GROUPS = 10
_LIMIT = "LimitExceededException"
# Calls at the same time: fewer than the connections that a client keeps (botocore: 10). If AWS throttles them, the
# client repeats them after a while.
_AT_A_TIME = 8
_FOUND_AT_ONCE = 100  # AWS IoT API Reference, SearchIndex
_MEMBERS_AT_ONCE = 250  # AWS IoT API Reference, ListThingsInThingGroup
_LISTED_AT_ONCE = 25  # things in a page. One thing is enough, but a page may be empty although the next one is not
# The console shows this.
_PROPERTIES: "ThingGroupPropertiesTypeDef" = {
    "thingGroupDescription": "The targets of a fleet run of Shiftwork, which deletes it after the run."
}


def call_for_each(call: Callable[[str], T], names: Iterable[str]) -> list[T]:
    """Make a call for each name, several at the same time, and return the answers in order.

    Raises the first error; calls that have not begun by then are not made.
    """
    with ThreadPoolExecutor(_AT_A_TIME) as threads:
        calls = [threads.submit(in_this_time(call), name) for name in names]
        try:
            return [done.result() for done in calls]
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise


def make_group(client: "IoTClient", name: str, things: Iterable[str]) -> list[str]:
    """Create a group of these things, or complete it; raises RefusedError, as for a thing that does not exist.

    Returns the things that stay outside, because they are in as many groups as AWS IoT allows. The name contains the id
    of a run, so an existing group belongs to that run.
    """

    def stays_outside(thing: str) -> bool:
        try:
            client.add_thing_to_thing_group(thingGroupName=name, thingName=thing)
        except ClientError as error:
            # No page says in which words AWS IoT refuses a thing that is in too many groups: its groups do.
            if is_error(error, INVALID, _LIMIT):
                groups = _groups_of(client, thing)
                if name in groups:
                    return False
                if len(groups) >= MOST_GROUPS:
                    return True
            with refusal(f"Thing {thing} cannot be a target", ABSENT, INVALID, _LIMIT):
                raise
        return False

    with refusal(f"The thing group {name} cannot be created", INVALID), _unless(THERE):
        client.create_thing_group(thingGroupName=name, thingGroupProperties=_PROPERTIES)
    wanted = list(things)
    return [thing for thing, outside in zip(wanted, call_for_each(stays_outside, wanted), strict=True) if outside]


def _groups_of(client: "IoTClient", thing: str) -> set[str]:
    """The groups of a thing, static and dynamic ones, without those above them."""
    pages = client.get_paginator("list_thing_groups_for_thing").paginate(thingName=thing)
    return {group["groupName"] for page in pages for group in page.get("thingGroups", [])}


def make_dynamic_group(client: "IoTClient", name: str, query: str) -> str:
    """Create a group of the things that the query finds, now and later, if there is none yet; raises RefusedError."""
    with query_refusal(f"A dynamic thing group cannot be created for the query {query}"), _unless(THERE):
        client.create_dynamic_thing_group(thingGroupName=name, queryString=query, thingGroupProperties=_PROPERTIES)
    return name


def delete_group(client: "IoTClient", name: str, *, is_dynamic: bool) -> None:
    """Delete a group, if it still exists."""
    delete = client.delete_dynamic_thing_group if is_dynamic else client.delete_thing_group
    with _unless(ABSENT):
        delete(thingGroupName=name)


@contextmanager
def _unless(code: str) -> Iterator[None]:
    """Suppress the error with this code: an earlier call has done the same."""
    try:
        yield
    except ClientError as error:
        if not is_error(error, code):
            raise


class IotThings:
    """Implements functions.jobs.ports.fleet.Things.

    `prefix` begins the names of temporary groups. `arn` is any ARN of the account and region that have the things.
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
        """The names of the things and groups that do not exist, in their order, each once."""
        client = self._client()
        no_things = _absent(lambda name: client.describe_thing(thingName=name), things)
        return no_things, _absent(lambda name: client.describe_thing_group(thingGroupName=name), groups)

    def has_things(self, group: str) -> bool:
        """Whether a group, or a group below it, has things; False also if there is no such group."""
        pages = self._client().get_paginator("list_things_in_thing_group")
        try:
            found = pages.paginate(thingGroupName=group, recursive=True, PaginationConfig={"PageSize": _LISTED_AT_ONCE})
            return any(page.get("things") for page in found)
        except ClientError as error:
            if not is_error(error, ABSENT):
                raise
            return False

    def search(self, query: str) -> Iterator[str]:
        """The names of the things that fleet indexing finds; raises RefusedError, as when it is off."""
        wanted: dict[str, Any] = {"queryString": query, "maxResults": _FOUND_AT_ONCE}
        while True:
            with query_refusal(f"AWS IoT cannot run the query {query}"):
                answer = self._client().search_index(**wanted)
            yield from (thing["thingName"] for thing in answer.get("things", []))
            if not answer.get("nextToken"):
                return
            wanted["nextToken"] = answer["nextToken"]

    def group_of(self, run_id: str) -> str:
        """The name of a run's temporary group, whether it exists or not."""
        return f"{self._prefix}{run_id}"

    def gather(self, run_id: str, things: Iterable[str]) -> tuple[str, list[str]]:
        """Create or complete the temporary group of these things; raises RefusedError.

        Returns its name, and the things that are in 10 groups already and stay outside.
        """
        name = self.group_of(run_id)
        return name, make_group(self._client(), name, things)

    def members(self, group: str) -> Iterator[str]:
        """The things in a temporary group; none if there is no such group."""
        pages = self._client().get_paginator("list_things_in_thing_group")
        with _unless(ABSENT):
            for page in pages.paginate(thingGroupName=group, PaginationConfig={"PageSize": _MEMBERS_AT_ONCE}):
                yield from page.get("things", [])

    def dismiss(self, group: str, things: Iterable[str]) -> None:
        """Take things out of a temporary group; nothing happens if they are not in it, or the group is gone."""
        client = self._client()

        def dismiss_one(thing: str) -> None:
            with _unless(ABSENT):
                client.remove_thing_from_thing_group(thingGroupName=group, thingName=thing)

        call_for_each(dismiss_one, things)

    def gather_by_query(self, run_id: str, query: str) -> str:
        """Create the temporary group as a dynamic group, and return its name; raises RefusedError."""
        return make_dynamic_group(self._client(), self.group_of(run_id), query)

    def disperse(self, group: str, *, is_dynamic: bool) -> None:
        """Delete a temporary group, if it still exists."""
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
