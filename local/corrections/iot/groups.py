"""Corrections of thing groups: dynamic ones, and groups below a group."""

from collections.abc import Iterable, Iterator
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import iot

from local.corrections.iot.index import names
from local.corrections.registry import correction, replace

Answer = tuple[int, dict[str, str], bytes]
Group = dict[str, Any]
DYNAMIC, GROUPS = "/dynamic-thing-groups/", "/thing-groups/"
MOST_GROUPS = 10
SHOWN = ("thingGroupName", "thingGroupArn", "thingGroupId", "indexName", "queryString", "queryVersion")


@correction("iot.groups")
def dynamic_groups() -> None:
    """Serve dynamic groups, and keep them up to date.

    MiniStack has none. AWS (IoT Developer Guide, "Dynamic thing groups"): a query says which things are in the group;
    it needs fleet indexing; things join and leave as they come to match; static operations do not change it. Here
    membership is worked out after each request that changes something, and so not when a device connects; queries of
    shadows make no group. A group is ACTIVE at once.
    """
    serve = iot._route_request

    async def route_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
        if path.startswith(DYNAMIC):
            answer = await _serve(method, path.removeprefix(DYNAMIC), iot._parse_body(body))
        elif refused := _refusal(method, path, body):
            return refused
        else:
            answer = await serve(method, path, headers, body, query)
        if method != "GET":
            await _refresh()
        return answer

    replace(iot, _route_request=route_request)


async def _serve(method: str, name: str, asked: dict[str, Any]) -> Answer:
    group: Group | None = iot._thing_groups.get(name)
    if group is not None and "queryString" not in group:
        return _error("InvalidRequestException", f"{name} is not a dynamic thing group")
    if method == "DELETE":
        deleted: Answer = iot._delete_thing_group(name)
        return deleted
    query = asked.get("queryString") or ""
    return _query_error(query) or (_create if method == "POST" else _update)(name, asked, group)


def _query_error(query: str) -> Answer | None:
    if "shadow." in query:
        return _error("InvalidQueryException", "the local cloud has no groups by shadows")
    found: Answer = iot._search_index({"queryString": query or "*"})
    return None if found[0] == 200 else found


def _update(name: str, asked: dict[str, Any], group: Group | None) -> Answer:
    if group is None:
        return _error("ResourceNotFoundException", f"Thing Group {name} cannot be found.", 404)
    group["queryString"] = asked.get("queryString") or group["queryString"]
    changed: Answer = iot._update_thing_group(name, asked)
    return changed


def _create(name: str, asked: dict[str, Any], group: Group | None) -> Answer:
    if group is None:
        created: Answer = iot._validate_name(name, "thingGroupName") or iot._create_thing_group(name, asked)
        if created[0] != 200:
            return created
        group = iot._thing_groups[name]
        group.update(queryString=asked.get("queryString"), queryVersion="2017-09-30", indexName="AWS_Things")
        group["status"] = "ACTIVE"
    elif group["queryString"] != asked.get("queryString"):
        message = f"Thing Group {name} already exists in current account with different properties"
        return _error("ResourceAlreadyExistsException", message, 409)
    answer: Answer = json_response({field: group[field] for field in SHOWN})
    return answer


def _refusal(method: str, path: str, body: bytes) -> Answer | None:
    """Refuse what cannot be done to a dynamic group; None for everything else."""
    if method == "GET" or not path.startswith(GROUPS):
        return None
    asked = iot._parse_body(body)
    named = asked.get("thingGroupName") or str(asked.get("thingGroupArn", "")).rsplit("/", 1)[-1]
    group = iot._thing_groups.get(named or path.removeprefix(GROUPS)) or {}
    if "queryString" not in group:
        return None
    return _error("InvalidRequestException", f"{group['thingGroupName']} is a dynamic thing group")


def _error(code: str, message: str, status: int = 400) -> Answer:
    refused: Answer = error_response_json(code, message, status)
    return refused


async def _refresh() -> None:
    """Have things join and leave; nothing changes while the index is switched off."""
    if iot._thing_indexing_mode() == "OFF":
        return
    for group in [one for one in iot._thing_groups.values() if "queryString" in one]:
        found, members, name = names(group["queryString"]), set(group["things"]), group["thingGroupName"]
        for thing in sorted(found - members):
            await iot._add_thing_to_group({"thingGroupName": name, "thingName": thing})
        for thing in sorted(members - found):
            await iot._remove_thing_from_group({"thingGroupName": name, "thingName": thing})


@correction("iot.memberships")
def memberships() -> None:
    """Refuse a thing in an eleventh group.

    MiniStack takes any number. AWS (IoT Developer Guide, "Static thing groups"): "You can add a thing to a maximum of
    10 groups." AddThingToThingGroup has no error of its own for that, so it is an invalid request.
    """
    add = iot._add_thing_to_group

    async def add_thing_to_group(payload: dict[str, Any]) -> Answer:
        group, thing, _ = iot._membership_names(payload)
        groups = (iot._things.get(thing) or {}).get("thingGroupNames", [])
        if group not in groups and len(groups) >= MOST_GROUPS:
            return _error("InvalidRequestException", f"Thing {thing} is in {len(groups)} groups.")
        added: Answer = await add(payload)
        return added

    replace(iot, _add_thing_to_group=add_thing_to_group)


@correction("iot.hierarchy")
def hierarchy() -> None:
    """Reach the things of the groups below a group, too: in lists, with `recursive`, and as the target of a job.

    MiniStack lists a group's own things, in one page, and jobs reach no others. AWS lists in pages (IoT API Reference,
    ListThingsInThingGroup), and a job is executed on every thing in a group and its child groups (IoT Developer Guide,
    "Static thing groups").
    """
    serve, resolve, join = iot._route_request, iot._job_target_resolve, iot._jobs_thing_joined_group

    async def route_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Answer:
        if method == "GET" and path.startswith(GROUPS) and path.endswith("/things"):
            return _list(path.split("/")[2], query)
        served: Answer = await serve(method, path, headers, body, query)
        return served

    def job_target_resolve(arn: str) -> list[str] | None:
        found: list[str] | None = resolve(arn)
        _, group, name = arn.partition(":thinggroup/")
        return _things(_below(name)) if group and found is not None else found

    def thing_joined_group(thing: str, group_arn: str) -> bool:
        queued = [join(thing, iot._thing_group_arn(name)) for name in _above(group_arn.rsplit("/", 1)[-1])]
        return any(queued)

    replace(iot, _route_request=route_request, _job_target_resolve=job_target_resolve)
    replace(iot, _jobs_thing_joined_group=thing_joined_group)


def _list(name: str, query: dict[str, Any]) -> Answer:
    asked = {field: given[0] if isinstance(given, list) else given for field, given in query.items()}
    if name not in iot._thing_groups:
        missing: Answer = iot._error_not_found("ThingGroupMember", name)
        return missing
    things = _things(_below(name) if asked.get("recursive") == "true" else [name])
    page, token, error = iot._jobs_page(things, asked, "things")
    answer: Answer = error or json_response({"things": page, **({"nextToken": token} if token else {})})
    return answer


def _things(groups: Iterable[str]) -> list[str]:
    """Return the things of these groups, each once."""
    return list(dict.fromkeys(thing for group in groups for thing in iot._thing_groups[group]["things"]))


def _below(name: str) -> Iterator[str]:
    """Yield the group and all below it."""
    yield name
    for child, group in iot._thing_groups.items():
        if _parent(group) == name:
            yield from _below(child)


def _above(name: str) -> Iterator[str]:
    """Yield the group and all above it."""
    while name in iot._thing_groups:
        yield name
        name = _parent(iot._thing_groups[name])


def _parent(group: Group) -> str:
    return str((group.get("thingGroupMetadata") or {}).get("parentGroupName") or "")
