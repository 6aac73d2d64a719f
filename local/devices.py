"""Devices to connect with: a thing, its certificate with a policy, and the files that a device has."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cloud import Aws

NONE: Mapping[str, str] = {}
POLICY = "shiftwork-device"
THING = "${iot:Connection.Thing.ThingName}"
JOBS = f"$aws/things/{THING}/jobs/*"


@dataclass(frozen=True, kw_only=True)
class Device:
    """The files and the address that a device connects with, and its ARNs. Its client id is its name."""

    name: str
    arn: str
    certificate_arn: str
    host: str
    port: int
    certificate: Path
    key: Path
    ca: Path


def register(
    aws: Aws, name: str, folder: Path, *, attributes: Mapping[str, str] = NONE, allow: Sequence[Mapping[str, Any]] = ()
) -> Device:
    """Make a thing with a certificate, which may connect as the thing and take its jobs, and what `allow` adds.

    `allow` are statements of an IoT policy. The files are written to `folder`, the key for its owner.
    """
    iot = aws.client("iot")
    thing = iot.create_thing(thingName=name, attributePayload={"attributes": dict(attributes or {})})
    keys = iot.create_keys_and_certificate(setAsActive=True)
    certificate_arn = keys["certificateArn"]
    _attach(iot, POLICY, _jobs(), certificate_arn)
    if allow:
        _attach(iot, f"{POLICY}-{name}", list(allow), certificate_arn)
    iot.attach_thing_principal(thingName=name, principal=certificate_arn)
    return Device(
        name=name,
        arn=thing["thingArn"],
        certificate_arn=certificate_arn,
        host=aws.mqtt.host,
        port=aws.mqtt.port,
        certificate=_write(folder / f"{name}.pem.crt", keys["certificatePem"]),
        key=_write(folder / f"{name}.pem.key", keys["keyPair"]["PrivateKey"]),
        ca=aws.mqtt.ca,
    )


def statement(actions: str | Sequence[str], *resources: str) -> dict[str, Any]:
    """A statement that allows these IoT actions ("Publish") on resources ("topic/a") of any account and region."""
    named = [actions] if isinstance(actions, str) else actions
    arns = [f"arn:aws:iot:*:*:{resource}" for resource in resources]
    return {"Effect": "Allow", "Action": [f"iot:{action}" for action in named], "Resource": arns}


def _jobs() -> list[dict[str, Any]]:
    """IoT Developer Guide, "Authorizing your devices to use AWS IoT Jobs securely on the data plane"."""
    return [
        statement("Connect", f"client/{THING}"),
        statement(("Publish", "Receive"), f"topic/{JOBS}"),
        statement("Subscribe", f"topicfilter/{JOBS}"),
    ]


def _attach(iot: Any, policy: str, statements: Sequence[Mapping[str, Any]], certificate: str) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    with contextlib.suppress(iot.exceptions.ResourceAlreadyExistsException):  # another device's, the same
        iot.create_policy(policyName=policy, policyDocument=document)
    iot.attach_policy(policyName=policy, target=certificate)


def _write(path: Path, text: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path
