"""The registry of things, on moto and, for what moto does not have, on stubbed answers."""

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws import clients
from functions.aws.iot.things import IotThings

ABSENT, INVALID = "ResourceNotFoundException", "InvalidRequestException"


def test_arns_are_made_of_names_without_a_call(things: IotThings, stub: Stubber) -> None:
    iot = "arn:aws:iot:eu-central-1:123456789012"
    assert things.arns(["line:1", "b"]) == [f"{iot}:thing/line:1", f"{iot}:thing/b"]
    assert things.group_arns(["all"]) == [f"{iot}:thinggroup/all"]
    china = IotThings(clients.iot, "", "arn:aws-cn:states:cn-north-1:1:stateMachine:x")
    assert china.arns(["a"]) == ["arn:aws-cn:iot:cn-north-1:1:thing/a"]


def test_aws_makes_the_same_arns(things: IotThings) -> None:
    assert things.arns(["line:1"]) == [clients.iot().describe_thing(thingName="line:1")["thingArn"]]
    made = clients.iot().create_thing_group(thingGroupName="all")
    assert things.group_arns(["all"]) == [made["thingGroupArn"]]


def test_unknown_names_are_reported_once_and_in_order(things: IotThings) -> None:
    clients.iot().create_thing_group(thingGroupName="all")
    asked = [f"line:{n}" for n in range(25)] + ["line:24", "line:1"]
    assert things.unknown(asked, ["none", "all", "none"]) == ([f"line:{n}" for n in range(20, 25)], ["none"])
    assert things.unknown([], []) == ([], [])


def test_each_name_is_looked_up_once(things: IotThings, stub: Stubber) -> None:
    stub.add_response("describe_thing", {}, {"thingName": "line:1"})
    assert things.unknown(["line:1"] * 5, []) == ([], [])


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_any_other_error_propagates(things: IotThings, stub: Stubber, code: str) -> None:
    stub.add_client_error("describe_thing", code)
    with pytest.raises(ClientError, match=code):
        things.unknown(["line:1"], [])


def test_a_group_has_things_if_one_below_it_has(things: IotThings, stub: Stubber) -> None:
    wanted = {"thingGroupName": "all", "recursive": True, "maxResults": 25}
    stub.add_response("list_things_in_thing_group", {"things": [], "nextToken": "more"}, wanted)
    stub.add_response("list_things_in_thing_group", {"things": ["a"]}, wanted | {"nextToken": "more"})
    assert things.has_things("all")


def test_an_empty_or_absent_group_has_none(things: IotThings, stub: Stubber) -> None:
    stub.add_response("list_things_in_thing_group", {"things": []})
    assert not things.has_things("all")
    stub.add_client_error("list_things_in_thing_group", ABSENT)
    assert not things.has_things("all")
    stub.add_client_error("list_things_in_thing_group", INVALID)
    with pytest.raises(ClientError):
        things.has_things("all")
