"""Each function of the template starts light: by what it imports and creates, not by the clock."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from infra.functions import TABLE
from tests.infra.template import ROOT, Properties, Template

# Powertools loads the last one for X-Ray, if it is installed.
HEAVY = {"pydantic", "aws_lambda_powertools.event_handler", "aws_xray_sdk"}
# Imports the module of a handler, then builds what it takes of the platform, and prints the modules and the clients.
START = """
import boto3, importlib, inspect, json, re, sys
created = []
boto3.setup_default_session()
boto3.DEFAULT_SESSION.events.register(
    "creating-client-class", lambda event_name, **_: created.append(event_name.partition(".")[2])
)
module = importlib.import_module(sys.argv[1])
at_import = list(created)
names = set(re.findall(r"platform\\(\\)\\.(\\w+)", inspect.getsource(module)))
from functions.wiring import platform
built = [getattr(platform(), name) for name in names]
print(json.dumps({"modules": sorted(sys.modules), "at import": at_import, "built": len(built), "clients": created}))
"""
# `missed` calls `dispatch`, and the functions of custom resources make one call.
BUILD_NOTHING = {"Missed", "JobEvents", "LinkEcs"}


@pytest.mark.parametrize("name", [row.name for row in TABLE])
def test_a_function_starts_with_what_it_uses(dev: Template, name: str) -> None:
    _, function = dev.the("Lambda::Function", named=f"Functions{name}Function")
    started = _start(function)
    heavy = HEAVY & set(started["modules"])
    assert not heavy or (name == "Api" and "aws_xray_sdk" not in heavy), f"{name} imports {heavy}"
    assert not started["at import"], f"{name} creates clients while it is imported: {started['at import']}"
    assert (started["built"] == 0) == (name in BUILD_NOTHING), f"{name}: does this test still find what it builds?"
    assert not started["clients"], f"{name} creates clients before it needs them: {started['clients']}"


def _start(function: Properties) -> dict[str, Any]:
    """Start a function with the variables that its template sets, and no others."""
    # References of the template become a value that passes for an ARN as well as for a name.
    some = "arn:aws:states:eu-central-1:123456789012:stateMachine:some"
    variables = function["Environment"]["Variables"].items()
    environment = {key: value if isinstance(value, str) else some for key, value in variables}
    environment |= {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1", "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", START, function["Handler"].rpartition(".")[0]]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    started: dict[str, Any] = json.loads(done.stdout)
    return started
