"""The temporary thing groups of fleet runs: a job has 100 targets at most, and a group is one of them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from functions.aws.many_calls import call_for_each
from functions.aws.refusals import ABSENT, INVALID, THERE, query_refusal, refusal
from functions.aws.table import is_error

if TYPE_CHECKING:
    from mypy_boto3_iot import IoTClient
    from mypy_boto3_iot.type_defs import ThingGroupPropertiesTypeDef

# What the console shows.
_PROPERTIES: "ThingGroupPropertiesTypeDef" = {
    "thingGroupDescription": "The targets of a fleet run of Shiftwork, which deletes it after the run."
}


def make_group(client: "IoTClient", name: str, things: Iterable[str]) -> str:
    """Make a group of these things, or complete it; raises RefusedError, as for a thing that does not exist.

    Its name is a run's, so one that is there is that run's.
    """

    def add(thing: str) -> None:
        with refusal(f"Thing {thing} cannot be among the targets", ABSENT, INVALID):
            client.add_thing_to_thing_group(thingGroupName=name, thingName=thing)

    with refusal(f"The thing group {name} cannot be made", INVALID), _unless(THERE):
        client.create_thing_group(thingGroupName=name, thingGroupProperties=_PROPERTIES)
    call_for_each(add, things)
    return name


def make_dynamic_group(client: "IoTClient", name: str, query: str) -> str:
    """Make a group of what the query finds, now and later, if it is not there; raises RefusedError."""
    with query_refusal(f"There can be no group of {query}"), _unless(THERE):
        client.create_dynamic_thing_group(thingGroupName=name, queryString=query, thingGroupProperties=_PROPERTIES)
    return name


def delete_group(client: "IoTClient", name: str, *, is_dynamic: bool) -> None:
    """Delete a group; nothing to do if it is gone."""
    delete = client.delete_dynamic_thing_group if is_dynamic else client.delete_thing_group
    with _unless(ABSENT):
        delete(thingGroupName=name)


@contextmanager
def _unless(code: str) -> Iterator[None]:
    """Without this error: what was to be done was done before."""
    try:
        yield
    except ClientError as error:
        if not is_error(error, code):
            raise
