"""The fields of a job's `run` over HTTP: each wrong one is named, and each is described in the schema."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.api.documents.run import RunDocument
from tests.api.conftest import Call
from tests.api.test_run_document import CMD, EFS, refused


@pytest.mark.parametrize(
    ("more", "path", "words"),
    [
        ({"cmd": "true", "ucr": {"image": {}}}, "/run/ucr/image/id", "required"),
        ({"ucr": {"image": {"id": "i", "kind": "oci"}}}, "/run/ucr/image/kind", "docker"),
        ({"ucr": {"image": {"id": "i"}, "more": 1}}, "/run/ucr/more", "not permitted"),
        ({"docker": {"image": "i", "parameters": [{"key": "k"}]}}, "/run/docker/parameters(0)/value", "required"),
        ({"artifacts": [{"extract": True}]}, "/run/artifacts(0)/uri", "required"),
        ({"artifacts": [{"uri": "https://a/b", "more": 1}]}, "/run/artifacts(0)/more", "not permitted"),
        ({"artifacts": [{"uri": "s3://bucket/key"}]}, "/run/artifacts(0)/uri", "presigned"),
        ({"volumes": [{"containerPath": "/a", "hostPath": "/b"}]}, "/run/volumes(0)/mode", "required"),
        ({"volumes": [{"containerPath": "/a", "hostPath": "/b", "mode": "RO"}]}, "/run/volumes(0)/hostPath", "efs"),
        (
            {"volumes": [{"containerPath": "/a", "hostPath": "/b", "secret": "s"}]},
            "/run/volumes(0)",
            'expected HostVolume or SecretVolume object but got {"containerPath": "/a", "hostPath": ',
        ),
        ({"volumes": [EFS | {"efs": {"fileSystemId": "mine"}}]}, "/run/volumes(0)/efs/fileSystemId", "EFS"),
        ({"volumes": [EFS | {"mode": "WO"}]}, "/run/volumes(0)/mode", "RW"),
        ({"volumes": ["/a"]}, "/run/volumes(0)", "expected HostVolume"),
        ({"restart": {"activeDeadlineSeconds": 1}}, "/run/restart/policy", "required"),
        ({"restart": {"policy": "NEVER", "activeDeadlineSeconds": -1}}, "/run/restart/activeDeadlineSeconds", "0"),
        ({"networks": [{"mode": "invalid"}]}, "/run/networks(0)/mode", "host"),
        ({"networks": [{"mode": "host", "labels": {"a": []}}]}, "/run/networks(0)/labels/a", "string"),
        (
            {"placement": {"constraints": [{"attribute": "a", "operator": "invalid"}]}},
            "/run/placement/constraints(0)/operator",
            "LIKE",
        ),
        ({"placement": {"subnets": []}}, "/run/placement/subnets", "at least 1"),
        ({"placement": {"subnets": ["mine"]}}, "/run/placement/subnets(0)", "subnet"),
        ({"env": {"A=B": "c"}}, "/run/env/A=B", "variable"),
        ({"env": {"A": 1}}, "/run/env/A", "must be a string"),
        ({"env": {"A": {}}}, "/run/env/A/secret", "required"),
        ({"workingDirectory": "app"}, "/run/workingDirectory", "absolute"),
        ({"entrypoint": []}, "/run/entrypoint", "at least 1"),
        ({"architecture": "mips"}, "/run/architecture", "arm64"),
        ({"capacity": "EC2"}, "/run/capacity", "FARGATE"),
        ({"taskRole": "arn:aws:iam::123456789012:role/admin"}, "/run/taskRole", "/shiftwork/"),
        ({"taskKillGracePeriodSeconds": -1}, "/run/taskKillGracePeriodSeconds", "0"),
        ({"files": [{"path": "a", "content": ""}]}, "/run/files(0)/path", "absolute"),
        ({"files": [{"path": "/a/b", "content": "§", "encoding": "base64"}]}, "/run/files(0)/content", "base64"),
        ({"sidecars": [{"name": "a b", "image": "i"}]}, "/run/sidecars(0)/name", "letters"),
        ({"sidecars": [{"name": "a", "image": "i", "cmd": "a", "args": ["b"]}]}, "/run/sidecars(0)", "exclude"),
        (
            {"sidecars": [{"name": "a", "image": "i", "healthCheck": {"cmd": "x", "retries": 11}}]},
            "/run/sidecars(0)/healthCheck/retries",
            "10",
        ),
        ({"dependsOn": [{"container": "a", "condition": "LATER"}]}, "/run/dependsOn(0)/condition", "HEALTHY"),
        ({"retry": {"attempts": 0}}, "/run/retry/attempts", "1"),
        ({"retry": {"attempts": 101}}, "/run/retry/attempts", "100"),
        ({"retry": {"waitSeconds": -1}}, "/run/retry/waitSeconds", "0"),
        ({"retry": {"waitSeconds": 20, "maxWaitSeconds": 10}}, "/run/retry/waitSeconds", "maxWaitSeconds (10)"),
        ({"retry": {"maxWaitSeconds": 86_401}}, "/run/retry/maxWaitSeconds", "86400"),
        ({"retry": {"factor": 0.5}}, "/run/retry/factor", "1"),
        ({"retry": {"factor": 10.5}}, "/run/retry/factor", "10"),
        ({"retry": {"jitter": "full"}}, "/run/retry/jitter", "boolean"),
        ({"retry": {"rules": [{"exitCodes": [1]}]}}, "/run/retry/rules(0)/action", "required"),
        ({"retry": {"rules": [{"action": "FAIL"}]}}, "/run/retry/rules(0)", "has no condition"),
        ({"retry": {"rules": [{"action": "FAIL", "exitCodes": []}]}}, "/run/retry/rules(0)/exitCodes", "at least 1"),
        ({"retry": {"rules": [{"action": "FAIL", "exitCodes": [256]}]}}, "/run/retry/rules(0)/exitCodes(0)", "255"),
        ({"retry": {"rules": [{"action": "FAIL", "reasons": ["OOM"]}]}}, "/run/retry/rules(0)/reasons(0)", "ABORTED"),
        ({"retry": {"rules": [{"action": "FAIL", "message": ""}]}}, "/run/retry/rules(0)/message", "at least 1"),
        ({"retry": {"rules": [{"action": "FAIL", "exitCodes": [1]}] * 21}}, "/run/retry/rules", "at most 20"),
        ({"retry": -1}, "/run/retry", "Use 0 or more"),
        ({"retry": 100}, "/run/retry", "at most 99"),
        ({"retry": True}, "/run/retry", "object"),
        ({"timeoutSeconds": 0}, "/run/timeoutSeconds", "1"),
        ({"timeoutSeconds": 31_536_001}, "/run/timeoutSeconds", "31536000"),
        ({"timeoutSeconds": "soon"}, "/run/timeoutSeconds", "1h30m"),
        ({"attemptTimeoutSeconds": "0.5s"}, "/run/attemptTimeoutSeconds", "under one second"),
        ({"attemptTimeoutSeconds": 1.5}, "/run/attemptTimeoutSeconds", "integer"),
        ({"attemptTimeoutSeconds": 2, "timeoutSeconds": 1}, "/run/attemptTimeoutSeconds", "timeoutSeconds (1)"),
        ({"taskCount": 0}, "/run/taskCount", "1"),
        ({"taskCount": 10_001}, "/run/taskCount", "10000"),
        ({"taskCount": 2, "parallelism": 0}, "/run/parallelism", "1"),
        ({"taskCount": 2, "toleratedFailures": -1}, "/run/toleratedFailures", "0"),
        ({"taskCount": 2, "toleratedFailures": 2}, "/run/toleratedFailures", "less than taskCount"),
        ({"parallelism": 2}, "/run/parallelism", "taskCount of 2 or more"),
    ],
)
def test_a_wrong_field_is_named(call: Call, more: dict[str, Any], path: str, words: str) -> None:
    assert words in refused(call, CMD | more)[path][0]


def properties(schema: Any, path: str = "run") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of every object in a JSON schema."""
    if isinstance(schema, dict):
        for name, value in schema.get("properties", {}).items():
            yield f"{path}.{name}", value
        for name, value in schema.items():
            yield from properties(value, f"{path}.{name}")
    elif isinstance(schema, list):
        for value in schema:
            yield from properties(value, path)


def test_every_field_has_a_description_and_an_example_in_the_schema() -> None:
    found = dict(properties(RunDocument.model_json_schema()))
    assert len(found) > 100
    assert [path for path, field in found.items() if not {"description", "examples"} <= field.keys()] == []
