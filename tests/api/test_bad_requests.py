"""Bad input: one clear sentence that names the field, and nothing is written."""

import base64
from typing import Any

import pytest

from tests.api.conftest import Call

RUN: dict[str, Any] = {"cpus": 1, "mem": 128, "disk": 0, "cmd": "sleep 300"}


@pytest.mark.parametrize(
    ("run", "path", "words"),
    [
        ({"cpus": 0.001}, "/run/cpus", "0.01"),
        ({"cpus": "1"}, "/run/cpus", "number"),
        ({"mem": 31}, "/run/mem", "32"),
        ({"disk": -1}, "/run/disk", "0"),
        ({"cpus": 100}, "/run/cpus", "at most 16 vCPUs"),
        ({"mem": 10**400}, "/run/mem", "number"),
        ({"cmd": "\udfff"}, "/run/cmd", "Unicode"),
        ({"gpus": 1}, "/run/gpus", "Fargate has no GPUs"),
        ({"env": {"A": {}}}, "/run/env/A/secret", "required"),
        ({"env": {"A": 1}}, "/run/env/A", "string"),
        ({"env": {"A": {"secret": "s"}}}, "/run", "referenced, but undefined: s"),
        ({"secrets": {"s": {"source": "/a"}}}, "/run", "defined, but not referenced: s"),
        ({"secrets": {"s": {}}}, "/run/secrets/s/source", "required"),
        ({"env": {"A": {"secret": "s"}}, "secrets": {"s": {"source": "no way"}}}, "/run/secrets/s/source", "ARN"),
        ({"restart": {"policy": "SOMETIMES"}}, "/run/restart/policy", "NEVER"),
        ({"docker": {"image": "i", "privileged": True}}, "/run/docker/privileged", "Fargate has no privileged"),
        ({"docker": {"image": "i", "parameters": [{"key": "k", "value": "v"}]}}, "/run/docker/parameters(0)/key", "no"),
        ({"volumes": [{}]}, "/run/volumes(0)", "expected HostVolume or SecretVolume object but got {}"),
        ({"taskKillGracePeriodSeconds": 300}, "/run/taskKillGracePeriodSeconds", "120"),
        ({"args": ["a"]}, "/run", "exclude each other"),
        ({"unheardOf": 1}, "/run/unheardOf", "not permitted"),
    ],
)
def test_a_wrong_field_is_named(call: Call, aws_calls: list[str], run: dict[str, Any], path: str, words: str) -> None:
    answer = call("POST", "/v1/jobs", {"id": "spec", "run": RUN | run})
    assert (answer.status, answer.json["message"]) == (422, "Object is not valid")
    (detail,) = [detail for detail in answer.json["details"] if detail["path"] == path]
    assert words in detail["errors"][0]
    assert aws_calls == []


def test_what_the_dcos_client_sends_for_absent_fields_is_absent(call: Call) -> None:
    sent = {"cmd": "", "docker": {"image": "busybox"}, "gpus": 0, "taskKillGracePeriodSeconds": 0}
    run = call("POST", "/v1/jobs", {"id": "spec", "run": RUN | sent}).json["run"]
    assert "cmd" not in run
    assert "taskKillGracePeriodSeconds" not in run


def test_a_job_needs_something_to_run(call: Call) -> None:
    answer = call("POST", "/v1/jobs", {"id": "spec", "run": {"cpus": 1, "mem": 128, "disk": 0}})
    assert answer.json["details"] == [{"path": "/run", "errors": ["Cmd, Docker or UCR image must be specified"]}]


@pytest.mark.parametrize(
    ("raw", "headers", "status", "words"),
    [
        ('{"id": ', {}, 400, "Invalid Json: "),
        ("", {}, 400, "Invalid Json: "),
        ("id=spec", {"content-type": "application/x-www-form-urlencoded"}, 415, "application/json"),
        ('"' + "x" * 102_400 + '"', {}, 413, "102400 bytes"),
        ("[]", {}, 422, "Object is not valid"),
        ('{"id": "a", "run": {"cpus": NaN}}', {}, 400, "NaN is not a JSON number"),
        ("[" * 50_000, {}, 400, "Invalid Json: "),
    ],
)
def test_a_body_that_cannot_be_read(
    call: Call, aws_calls: list[str], raw: str, headers: dict[str, str], status: int, words: str
) -> None:
    answer = call("POST", "/v1/jobs", raw=raw, headers=headers)
    assert answer.status == status
    assert words in answer.json["message"]
    assert ("requestPath" in answer.json) is (status != 422)
    assert aws_calls == []


@pytest.mark.parametrize(("method", "path"), [("GET", "/v2"), ("PATCH", "/v1/jobs"), ("POST", "/v1/jobs/a/nothing")])
def test_unknown_routes_and_methods_are_404(call: Call, method: str, path: str) -> None:
    answer = call(method, path)
    assert (answer.status, answer.json) == (404, {"message": "Unknown route.", "requestPath": path})


def test_what_is_echoed_cannot_become_a_page(call: Call) -> None:
    answer = call("GET", "/v1/jobs/<b>")
    assert (answer.status, answer.json["message"]) == (400, "Not a valid id: &lt;b&gt;")


def test_ping(call: Call) -> None:
    answer = call("GET", "/ping/")
    assert (answer.status, answer.content_type, answer.text) == (200, "text/plain", "pong")


def test_a_body_that_is_not_text(call: Call) -> None:
    answer = call("POST", "/v1/jobs", raw=base64.b64encode(b"\xff\xfe").decode(), base64=True)
    assert (answer.status, answer.json["message"]) == (400, "Invalid Json: the body is not UTF-8.")
