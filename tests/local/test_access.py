"""Who may do what: callers by IAM, and functions by their roles. Each missing permission shows."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from local.cloud import Cloud
from tests.local.signed import Caller, caller, until

ROOT = Path(__file__).parents[2]
JOB = {"id": "marketing.report", "run": {"cpus": 0.25, "mem": 64, "disk": 0, "cmd": "true"}}


def test_who_does_not_sign_is_refused(cloud: Cloud) -> None:
    stranger = Caller(cloud.api_url, None)
    assert stranger("GET", "/v1/jobs").status == 403
    for instead in ("token=x", "Bearer x"):
        assert stranger("GET", "/v1/jobs", headers={"Authorization": instead}).status == 403


def test_a_policy_on_paths_gives_a_team_its_group(cloud: Cloud) -> None:
    marketing = caller(cloud, "marketing", "*/v1/jobs/marketing.*")
    assert marketing("GET", "/v1/jobs/marketing.nothing").status == 404
    assert marketing("GET", "/v1/jobs/sales.nothing").status == 403
    assert caller(cloud, "nobody")("GET", "/v1/jobs").status == 403


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl_signs_as_secure_md_says(cloud: Cloud) -> None:
    (line,) = re.findall(r"`(curl --aws-sigv4 .*?)`", (ROOT / "docs" / "secure.md").read_text())
    credentials = caller(cloud, "curl", "*").credentials
    assert credentials is not None
    environment = {
        "PATH": os.environ["PATH"],
        "API": cloud.api_url,
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
    }
    # A user has no session token; an empty header is none for curl.
    script = f"{line} -w ' %{{http_code}}'".replace("REGION", "us-east-1")
    ended = subprocess.run(["/bin/sh", "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout.endswith("] 200"), ended.stdout


def role_policies(cloud: Cloud, function: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Role, policy name and document of each inline policy of a function's role."""
    iam = cloud.client("iam")
    role = cloud.client("lambda").get_function_configuration(FunctionName=function)["Role"].rsplit("/", 1)[-1]
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        yield role, name, iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


@contextmanager
def without(cloud: Cloud, function: str, action: str) -> Iterator[None]:
    """While it lasts, the statement that allows `action` is gone from the function's role."""
    iam = cloud.client("iam")
    before = list(role_policies(cloud, function))
    for role, name, document in before:
        rest = [each for each in document["Statement"] if action not in each["Action"]]
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document | {"Statement": rest}))
    try:
        yield
    finally:
        for role, name, document in before:
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def test_one_missing_statement_shows_and_loses_nothing(cloud: Cloud) -> None:
    """The proof that IAM is enforced on what the functions call, and that a start that fails can be finished."""
    call = caller(cloud, "operator", "*")
    assert call("POST", "/v1/jobs", JOB).status == 201
    runs = "/v1/jobs/marketing.report/runs"
    with without(cloud, cloud.outputs["ApiFunctionName"], "states:StartExecution"):
        assert call("POST", runs, headers={"Idempotency-Key": "once"}).status == 500
        (left,) = call("GET", runs).json
        assert left["status"] == "INITIAL"
    again = until(lambda: call("POST", runs, headers={"Idempotency-Key": "once"}), lambda seen: seen.status == 201)
    assert again.json["id"] == left["id"]
    assert call.finished("marketing.report", left["id"])["status"] == "SUCCESS"
