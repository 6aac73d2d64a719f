"""The temporary groups of fleet runs: on moto, and on stubbed answers for what moto does not have."""

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


def members() -> list[str]:
    return sorted(clients.iot().list_things_in_thing_group(thingGroupName=GROUP)["things"])


def test_things_are_gathered_once_by_repeated_calls(things: IotThings) -> None:
    names = [f"line:{n}" for n in range(20)]
    for part in (names[:5], names, names):
        assert things.gather(RUN, iter(part)) == GROUP == things.group_of(RUN)
    assert members() == sorted(names)


def test_a_thing_that_does_not_exist_is_named(things: IotThings) -> None:
    with pytest.raises(RefusedError, match=r"^Thing gone cannot be a target: .+"):
        things.gather(RUN, ["line:1", "gone"])


def test_a_refused_thing_is_named_and_a_temporary_error_propagates(things: IotThings, stub: Stubber) -> None:
    for code, expected in ((INVALID, RefusedError), ("InternalFailureException", ClientError)):
        stub.add_client_error("create_thing_group", "ResourceAlreadyExistsException")
        stub.add_client_error("add_thing_to_thing_group", code, "line:1 is in 10 groups")
        with pytest.raises(expected, match="line:1 is in 10 groups"):
            things.gather(RUN, ["line:1"])


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
