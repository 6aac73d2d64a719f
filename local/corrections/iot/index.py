"""Correction of fleet indexing: searching for things."""

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import iot

from local.corrections.iot.query import Matches, QueryError, Thing, parse
from local.corrections.registry import correction, replace

Answer = tuple[int, dict[str, str], bytes]
PAGE = 100


@correction("iot.index")
def searching() -> None:
    """Read queries as AWS does.

    MiniStack reads no query but terms with AND between them. AWS (IoT Developer Guide, "Query syntax") has OR, NOT,
    groups, prefixes and comparisons, too. Here MiniStack lists the things, where the index is switched on, and query.py
    says which of them match. Queries of shadows are left to MiniStack.
    """
    search = iot._search_index

    def search_index(asked: dict[str, Any]) -> Answer:
        query = (asked.get("queryString") or "").strip()
        checked: Answer = search({**asked, "queryString": "thingName:*"} if query else asked)
        if checked[0] != 200 or "shadow." in query:
            return checked if checked[0] != 200 else search(asked)
        try:
            _check(query)
            found = _listed(parse(query), search)
        except QueryError as error:
            refused: Answer = error_response_json("InvalidQueryException", str(error), 400)
            return refused
        return _page(found, asked)

    replace(iot, _search_index=search_index)


def _check(query: str) -> None:
    indexed = iot._thing_connectivity_indexing_mode(iot._indexing_configuration()) == "STATUS"
    if "connectivity." in query and not indexed:
        raise QueryError("connectivity is not indexed: thingConnectivityIndexingMode is OFF")


def names(query: str) -> set[str]:
    """The things that match; raises QueryError."""
    matches, here = parse(query), (get_account_id(), get_region())

    def connected(name: str) -> dict[str, Any]:
        return {"connectivity": iot._thing_connectivity(*here, name)}

    return {name for name, thing in iot._things.items() if matches({**thing, **connected(name)})}


def _listed(matches: Matches, search: Callable[[dict[str, Any]], Answer]) -> list[Thing]:
    found, token = list[Thing](), None
    while True:
        answer = search({"queryString": "thingName:*", "maxResults": PAGE, "nextToken": token})
        page = json.loads(answer[2])
        found += [thing for thing in page["things"] if matches(thing)]
        token = page.get("nextToken")
        if not token:
            return found


def _page(found: list[Thing], asked: dict[str, Any]) -> Answer:
    start = iot._search_token_offset(asked["nextToken"]) if asked.get("nextToken") else 0
    end = start + asked.get("maxResults", PAGE)
    body: dict[str, Any] = {"things": found[start:end]}
    if end < len(found):
        body["nextToken"] = iot._search_next_token(end)
    answer: Answer = json_response(body)
    return answer
