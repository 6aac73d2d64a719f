"""The temporary groups that follow a query, on stubbed answers: moto does not have them."""

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws.iot.things import IotThings
from functions.jobs.ports.fleet import RefusedError

RUN = "20260102030405kV9x0"
GROUP = f"shiftwork-test-{RUN}"
PROPERTIES = {"thingGroupDescription": "The targets of a fleet run of Shiftwork, which deletes it after the run."}
DYNAMIC = {"thingGroupName": GROUP, "queryString": "thingName:line*", "thingGroupProperties": PROPERTIES}
ABSENT, INVALID = "ResourceNotFoundException", "InvalidRequestException"


def test_a_query_is_followed_by_a_group_made_once(things: IotThings, stub: Stubber) -> None:
    stub.add_response("create_dynamic_thing_group", {}, DYNAMIC)
    stub.add_client_error("create_dynamic_thing_group", "ResourceAlreadyExistsException", expected_params=DYNAMIC)
    for _ in range(2):
        assert things.gather_by_query(RUN, "thingName:line*") == GROUP


@pytest.mark.parametrize("code", [INVALID, ABSENT, "InvalidQueryException", "LimitExceededException"])
def test_a_query_that_cannot_be_followed_is_refused(things: IotThings, stub: Stubber, code: str) -> None:
    stub.add_client_error("create_dynamic_thing_group", code, "No.")
    with pytest.raises(
        RefusedError, match=r"^A dynamic thing group cannot be created for the query thingName:line\*: No\."
    ) as refused:
        things.gather_by_query(RUN, "thingName:line*")
    assert ("fleet indexing" in str(refused.value)) is (code in (INVALID, ABSENT))
    stub.add_client_error("create_dynamic_thing_group", "ThrottlingException")
    with pytest.raises(ClientError):
        things.gather_by_query(RUN, "thingName:line*")


def test_a_dynamic_group_is_deleted_as_such(things: IotThings, stub: Stubber) -> None:
    stub.add_response("delete_dynamic_thing_group", {}, {"thingGroupName": GROUP})
    stub.add_client_error("delete_dynamic_thing_group", ABSENT)
    for _ in range(2):
        things.disperse(GROUP, is_dynamic=True)
    stub.add_client_error("delete_thing_group", INVALID)
    with pytest.raises(ClientError):
        things.disperse(GROUP, is_dynamic=False)
