"""The things of a group.

MiniStack lists a group's own things, in one page. AWS (IoT API Reference, ListThingsInThingGroup): in pages, and with
`recursive` the things of the groups below it, too.
"""

from collections.abc import Iterator
from typing import Any

from ministack.core.responses import json_response
from ministack.services import iot

Answer = tuple[int, dict[str, str], bytes]
GROUPS = "/thing-groups/"


def install() -> None:
    """List as AWS does."""
    serve = iot._route_request

    async def route_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
        if method == "GET" and path.startswith(GROUPS) and path.endswith("/things"):
            return _list(path.split("/")[2], query)
        served: Answer = await serve(method, path, headers, body, query)
        return served

    iot._route_request = route_request


def _list(name: str, query: dict[str, Any]) -> Answer:
    asked = {field: given[0] if isinstance(given, list) else given for field, given in query.items()}
    if name not in iot._thing_groups:
        missing: Answer = iot._error_not_found("ThingGroupMember", name)
        return missing
    groups = list(_below(name)) if asked.get("recursive") == "true" else [name]
    things = list(dict.fromkeys(thing for group in groups for thing in iot._thing_groups[group]["things"]))
    page, token, error = iot._jobs_page(things, asked, "things")
    answer: Answer = error or json_response({"things": page, **({"nextToken": token} if token else {})})
    return answer


def _below(name: str) -> Iterator[str]:
    """The group and all below it."""
    yield name
    for child, group in iot._thing_groups.items():
        if (group.get("thingGroupMetadata") or {}).get("parentGroupName") == name:
            yield from _below(child)
