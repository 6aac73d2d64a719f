"""Fleet jobs over HTTP, and the devices that they go to."""

from typing import Any

import boto3

from tests.api.conftest import Call

FLEET: dict[str, Any] = {"targets": {"things": ["lamp-1"]}, "document": {"operation": "reboot"}}
FLEET_JOB: dict[str, Any] = {"id": "team.job", "run": {"fleet": FLEET}}
UPDATE: dict[str, Any] = FLEET_JOB | {
    "parameters": {"VERSION": {"required": True}},
    "overrides": ["timeout"],
    "run": {"fleet": FLEET | {"document": {"version": "${aws:iot:parameter:VERSION}", "notes": "x" * 32_000}}},
}


def make_registry() -> None:
    """A thing and two groups."""
    iot = boto3.client("iot")
    iot.create_thing(thingName="lamp-1")
    for group in ("lamps", "fleet"):
        iot.create_thing_group(thingGroupName=group)


def details(call: Call, document: dict[str, Any], method: str = "POST", path: str = "/v1/jobs") -> dict[str, Any]:
    """What was wrong, by path."""
    answer = call(method, path, document)
    assert (answer.status, answer.json["message"]) == (422, "Object is not valid"), answer.text
    return {detail["path"]: detail["errors"] for detail in answer.json["details"]}
