"""Searching for things."""

from typing import Any

import pytest

from tests.local.fleet_rig import Fleet, refusal


def _names(answer: Any) -> list[str]:
    return [thing["thingName"] for thing in answer["things"]]


def test_a_search_needs_the_index(fleet: Fleet) -> None:
    fleet.index("OFF")
    assert refusal(lambda: fleet.iot.search_index(queryString="thingName:*")) == "ResourceNotFoundException"
    assert refusal(lambda: fleet.dynamic_group("thingName:*")) == "ResourceNotFoundException"


def test_a_search_with_pages(indexed: Fleet) -> None:
    fleet = indexed
    things = [fleet.thing(model=model) for model in ("old", "new", "old", "new", "newer")]
    query = "attributes.model:new* OR (attributes.model:old AND NOT thingName:" + things[0] + ")"
    first = fleet.iot.search_index(queryString=query, maxResults=3)
    second = fleet.iot.search_index(queryString=query, maxResults=3, nextToken=first["nextToken"])
    assert _names(first) + _names(second) == things[1:]
    assert "nextToken" not in second


@pytest.mark.parametrize(
    "query", ["thingName:*x", "nothing:1", "thingName:a AND", "(thingName:a", "connectivity.connected:true"]
)
def test_queries_that_are_refused(indexed: Fleet, query: str) -> None:
    assert refusal(lambda: indexed.iot.search_index(queryString=query)) == "InvalidQueryException"
    assert refusal(lambda: indexed.dynamic_group(query)) == "InvalidQueryException"
