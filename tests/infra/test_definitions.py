"""The definitions before cfn-lint's rule for them, which does not know all that JSONata may stand in."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.infra.template import STATE_MACHINES

NUMBERS = ("TimeoutSeconds", "MaxConcurrency")  # Step Functions, "Transforming data with JSONata"
FILES = sorted(STATE_MACHINES.glob("*.asl.json"))


def lint(definition: dict[str, Any], folder: Path) -> str:
    properties = {"RoleArn": "arn:aws:iam::123456789012:role/states", "DefinitionString": json.dumps(definition)}
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}
    template = folder / "template.json"
    template.write_text(json.dumps({"Resources": {"Machine": machine}}), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--template", str(template)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stdout


def with_numbers(value: Any) -> Any:
    """The same with a number in place of an expression where cfn-lint wants one."""
    if isinstance(value, dict):
        return {key: 1 if key in NUMBERS else with_numbers(item) for key, item in value.items()}
    return [with_numbers(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_states_are_as_the_language_wants_them(file: Path, tmp_path: Path) -> None:
    assert lint(with_numbers(json.loads(file.read_text(encoding="utf-8"))), tmp_path) == ""


def test_a_wrong_state_would_be_found(tmp_path: Path) -> None:
    definition = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": []}}}
    assert "E3601" in lint(definition, tmp_path)
