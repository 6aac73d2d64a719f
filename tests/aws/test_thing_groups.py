"""The temporary groups of fleet runs: on moto, and on stubbed answers for what moto does not have."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from functions.aws import clients
from functions.aws.iot.things import IotThings
from functions.jobs.ports.fleet import RefusedError
from tests.aws_answers import refusing

RUN = "20260102030405kV9x0"
GROUP = f"shiftwork-test-{RUN}"
ABSENT, INVALID = "ResourceNotFoundException", "InvalidRequestException"


def groups(count: int, *more: str) -> dict[str, Any]:
    """A page of the groups of a thing."""
    return {"thingGroups": [{"groupName": name} for name in [*(f"group-{n}" for n in range(count)), *more]]}


def members() -> list[str]:
    return sorted(clients.iot().list_things_in_thing_group(thingGroupName=GROUP)["things"])


def test_things_are_gathered_once_by_repeated_calls(things: IotThings) -> None:
    names = [f"line:{n}" for n in range(20)]
    for part in (names[:5], names, names):
        assert things.gather(RUN, iter(part)) == (GROUP, [])
        assert things.group_of(RUN) == GROUP
    assert members() == sorted(names)


def test_a_thing_that_does_not_exist_is_named(things: IotThings) -> None:
    with pytest.raises(RefusedError, match=r"^Thing gone cannot be a target: .+"):
        things.gather(RUN, ["line:1", "gone"])


def test_a_refused_thing_is_named_and_a_temporary_error_propagates(things: IotThings, stub: Stubber) -> None:
    for code, expected in ((INVALID, RefusedError), ("InternalFailureException", ClientError)):
        stub.add_client_error("create_thing_group", "ResourceAlreadyExistsException")
        stub.add_client_error("add_thing_to_thing_group", code, "line:1 is no good")
        if code == INVALID:
            stub.add_response("list_thing_groups_for_thing", groups(9))
        with pytest.raises(expected, match="line:1 is no good"):
            things.gather(RUN, ["line:1"])


@pytest.mark.parametrize("code", [INVALID, "LimitExceededException"])
def test_a_thing_in_ten_groups_stays_outside(things: IotThings, stub: Stubber, code: str) -> None:
    """AWS IoT Developer Guide, "Static thing groups": "You can add a thing to a maximum of 10 groups."."""
    stub.add_client_error("create_thing_group", "ResourceAlreadyExistsException")
    stub.add_client_error("add_thing_to_thing_group", code, "whatever it says")
    stub.add_response("list_thing_groups_for_thing", groups(6) | {"nextToken": "more"})
    stub.add_response("list_thing_groups_for_thing", {"thingGroups": groups(10)["thingGroups"][6:]})
    assert things.gather(RUN, ["line:1"]) == (GROUP, ["line:1"])


def test_a_thing_whose_tenth_group_is_this_one_is_inside(things: IotThings, stub: Stubber) -> None:
    stub.add_client_error("create_thing_group", "ResourceAlreadyExistsException")
    stub.add_client_error("add_thing_to_thing_group", INVALID, "whatever it says")
    stub.add_response("list_thing_groups_for_thing", groups(9, GROUP))
    assert things.gather(RUN, ["line:1"]) == (GROUP, [])


def test_things_leave_a_group_once(things: IotThings) -> None:
    things.gather(RUN, ["line:1", "line:2", "line:3"])
    for _ in range(2):
        things.dismiss(GROUP, ["line:1", "line:3", "gone"])
    assert list(things.members(GROUP)) == ["line:2"]
    things.disperse(GROUP, is_dynamic=False)
    things.dismiss(GROUP, ["line:2"])
    assert list(things.members(GROUP)) == []


def test_no_more_calls_are_made_after_a_refusal(things: IotThings) -> None:
    asked: list[str] = []
    client = clients.iot()
    client.meta.events.register("before-call.iot.AddThingToThingGroup", lambda **_: asked.append("one"))
    with refusing(client, "AddThingToThingGroup", INVALID), pytest.raises(RefusedError):
        things.gather(RUN, [f"line:{n}" for n in range(500)])
    assert len(asked) < 500, "calls that were not begun are not made; how many were depends on the machine"


def test_a_group_that_cannot_be_created_is_refused(things: IotThings, stub: Stubber) -> None:
    stub.add_client_error("create_thing_group", INVALID, "Its name is wrong.")
    with pytest.raises(RefusedError, match=f"The thing group {GROUP} cannot be created: Its name is wrong."):
        things.gather(RUN, ["line:1"])
    stub.add_client_error("create_thing_group", "ThrottlingException")
    with pytest.raises(ClientError):
        things.gather(RUN, ["line:1"])


def test_a_group_is_deleted_once(things: IotThings) -> None:
    things.gather(RUN, ["line:1"])
    for _ in range(2):
        things.disperse(GROUP, is_dynamic=False)
    assert clients.iot().list_thing_groups()["thingGroups"] == []
