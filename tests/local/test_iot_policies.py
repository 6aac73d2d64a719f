"""What a device may do is what the policies on its certificate allow (IoT Developer Guide, "AWS IoT Core policies")."""

from dataclasses import replace
from pathlib import Path

import pytest

from local.cloud import Aws
from local.devices import POLICY, Device, register, statement
from tests.local.device_programs import python_device
from tests.local.workbench import until

DENIED = 0x87  # MQTT 5: not authorized


def test_a_device_reaches_its_own_jobs_and_nothing_else(guarded: Aws, tmp_path: Path) -> None:
    own, other = "$aws/things/alone/jobs/", "$aws/things/other/jobs/"
    with python_device(register(guarded, "alone", tmp_path)) as python:
        assert python.subscribe(f"{own}notify-next") == 1
        assert python.publish(f"{own}start-next") == 0
        for refused in (f"{other}notify-next", "$aws/things/+/jobs/#", "#", "$aws/events/#"):
            assert python.subscribe(refused) == DENIED, refused
        for refused in (f"{other}start-next", f"{other}1/update", "anything"):
            assert python.publish(refused) == DENIED, refused


def test_a_device_gets_no_more_than_it_may_receive(guarded: Aws, tmp_path: Path) -> None:
    heard: list[str] = []
    allow = [statement(("Publish", "Subscribe"), "topic/open", "topic/shut", "topicfilter/*")]
    device = register(guarded, "receiver", tmp_path, allow=[*allow, statement("Receive", "topic/open")])
    with python_device(device, lambda topic, _: heard.append(topic)) as python:
        assert python.subscribe("shut") == python.subscribe("open") == 1
        assert python.publish("shut") == python.publish("open") == 0
        assert until(lambda: "open" in heard)
    assert heard == ["open"]


@pytest.mark.parametrize("client_id", ["somebody", "connects-too"])
def test_the_client_id_is_the_name_of_a_thing_that_has_the_certificate(
    guarded: Aws, tmp_path: Path, client_id: str
) -> None:
    """`${iot:Connection.Thing.ThingName}` is known for no other client id ("Thing policy variables")."""
    device = register(guarded, f"connects-{client_id}", tmp_path)
    if client_id == "connects-too":
        register(guarded, client_id, tmp_path)
    assert not _connects(replace(device, name=client_id))
    assert _connects(device)


def test_a_certificate_without_a_policy_may_nothing(guarded: Aws, tmp_path: Path) -> None:
    device = register(guarded, "bare", tmp_path)
    guarded.client("iot").detach_policy(policyName=POLICY, target=device.certificate_arn)
    assert not _connects(device)


def test_the_variable_of_the_client_id(guarded: Aws, tmp_path: Path) -> None:
    own = statement(("Publish", "Receive"), "topic/of/${iot:ClientId}")
    with python_device(register(guarded, "variable", tmp_path, allow=[own])) as python:
        assert python.publish("of/variable") == 0
        assert python.publish("of/other") == DENIED


def _connects(device: Device) -> bool:
    """Whether the broker lets it in; it says no at once."""
    try:
        with python_device(device):
            return True
    except ConnectionRefusedError:
        return False
