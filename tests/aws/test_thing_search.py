"""Searches by fleet indexing, on stubbed answers: moto does not have it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws.iot.things import IotThings
from functions.jobs.ports.fleet import RefusedError

SEARCH: dict[str, Any] = {"queryString": "thingName:line*", "maxResults": 100}
ABSENT, INVALID = "ResourceNotFoundException", "InvalidRequestException"


def test_a_search_finds_page_by_page(things: IotThings, stub: Stubber) -> None:
    names = [f"line:{n}" for n in range(150)]
    first, second = ([{"thingName": name} for name in part] for part in (names[:100], names[100:]))
    stub.add_response("search_index", {"things": first, "nextToken": "more"}, SEARCH)
    stub.add_response("search_index", {"things": second}, SEARCH | {"nextToken": "more"})
    assert list(things.search("thingName:line*")) == names
    stub.add_response("search_index", {}, SEARCH)
    assert list(things.search("thingName:line*")) == []


@pytest.mark.parametrize("code", [ABSENT, INVALID, "IndexNotReadyException"])
def test_a_search_without_an_index_says_what_to_do(things: IotThings, stub: Stubber, code: str) -> None:
    stub.add_client_error("search_index", code, "Index AWS_Things is not there.")
    with pytest.raises(RefusedError) as refused:
        list(things.search("thingName:line*"))
    assert str(refused.value) == (
        "AWS IoT cannot run the query thingName:line*: Index AWS_Things is not there. "
        "Is fleet indexing of things switched on (AWS IoT console, Settings, Fleet indexing)?"
    )


def test_an_invalid_search_has_the_message_of_iot(things: IotThings, stub: Stubber) -> None:
    stub.add_client_error("search_index", "InvalidQueryException", "Unexpected ':'.")
    with pytest.raises(RefusedError, match=r"^AWS IoT cannot run the query a::b: Unexpected ':'\.$"):
        list(things.search("a::b"))
    stub.add_client_error("search_index", "ThrottlingException")
    with pytest.raises(ClientError, match="Throttling"):
        list(things.search("a"))
