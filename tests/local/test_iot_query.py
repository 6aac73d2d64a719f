"""Queries of fleet indexing, by themselves."""

import pytest

from local.corrections.iot.query import QueryError, parse

THING = {
    "thingName": "dev-1",
    "attributes": {"model": "x1", "temp": "61", "place": "hall one"},
    "thingGroupNames": ["lab", "first"],
    "connectivity": {"connected": True},
}


@pytest.mark.parametrize(
    "query",
    [
        "thingName:dev*",
        "thingName:DEV-1",
        "thingName:dev-?",
        "attributes.model:x1",
        'attributes.place:"hall one"',
        "thingGroupNames:lab",
        "thingGroupNames:(lab OR attic)",
        "thingName:dev* AND attributes.temp>60",
        "thingName:dev* attributes.temp<=61",
        "thingName:other OR attributes.model:x1",
        "NOT thingName:other",
        "thingName:(dev* AND -dev-2)",
        "(thingName:other OR thingGroupNames:lab) AND NOT attributes.model:y*",
        "connectivity.connected:true",
        "lab",
        "*",
    ],
)
def test_what_matches(query: str) -> None:
    assert parse(query)(THING)


@pytest.mark.parametrize(
    "query",
    [
        "thingName:dev",
        "attributes.model:x",
        "attributes.nothing:*",
        "NOT thingName:dev*",
        "thingName:dev* -attributes.model:x1",
        "thingName:dev* AND attributes.temp>61",
        "NOT (thingName:other OR attributes.model:x1)",
        "attributes.place>1",
        "attic",
    ],
)
def test_what_does_not_match(query: str) -> None:
    assert not parse(query)(THING)


@pytest.mark.parametrize(
    "query",
    ["", "thingName:", "AND", "thingName:a AND", "NOT", "(thingName:a", "thingName:a)", "thingName:*a", "place:hall"],
)
def test_what_cannot_be_read(query: str) -> None:
    with pytest.raises(QueryError):
        parse(query)
