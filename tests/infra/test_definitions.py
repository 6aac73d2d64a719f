"""The definitions that the template has: what their files include, their size, and cfn-lint's rule for them.

The rule does not know all fields that may be expressions.
"""

import json
import re
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from infra.definitions import MACHINES, Definitions, read_expression, read_machine
from tests.infra.template import STATE_MACHINES, Template, texts

NUMBERS = ("TimeoutSeconds", "MaxConcurrency")  # Step Functions, "Transforming data with JSONata"
MAX_DEFINITION = 1024 * 1024  # bytes: Step Functions, "Service quotas"
MAX_EXPRESSION = 4_000  # characters, a limit of our own: AWS documents none
MAX_EXPRESSION_IN_JSON = 160  # characters: about one line
SOURCES = [*STATE_MACHINES.glob("*.json"), *STATE_MACHINES.glob("*/*")]


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


@pytest.mark.parametrize("machine", MACHINES)
def test_the_states_are_as_the_language_wants_them(machine: str, tmp_path: Path) -> None:
    assert lint(with_numbers(read_machine(STATE_MACHINES, machine)), tmp_path) == ""


def test_a_wrong_state_would_be_found(tmp_path: Path) -> None:
    definition = {"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": []}}}
    assert "E3601" in lint(definition, tmp_path)


def test_the_template_has_the_definitions_with_all_that_they_include(dev: Template) -> None:
    definitions = astuple(Definitions.of(STATE_MACHINES))
    machines = dev.of("StepFunctions::StateMachine").values()
    assert {machine["DefinitionString"] for machine in machines} == set(definitions)
    assert all(len(definition.encode()) <= MAX_DEFINITION for definition in definitions)
    assert not [definition for definition in definitions if "include" in definition or "/*" in definition]


@pytest.mark.parametrize("machine", MACHINES)
def test_no_expression_is_longer_than_a_page(machine: str) -> None:
    lengths = {text: len(text) for text in texts(read_machine(STATE_MACHINES, machine)) if text.startswith("{%")}
    assert lengths and max(lengths.values()) <= MAX_EXPRESSION


@pytest.mark.parametrize("file", [file for file in SOURCES if file.suffix == ".json"], ids=lambda file: file.name)
def test_long_expressions_are_files_of_their_own(file: Path) -> None:
    expressions = [text for text in texts(json.loads(file.read_text(encoding="utf-8"))) if text.startswith("{%")]
    assert expressions and [text for text in expressions if len(text) > MAX_EXPRESSION_IN_JSON] == []


def test_each_file_is_included_by_its_machine() -> None:
    parts = {file.relative_to(STATE_MACHINES) for file in SOURCES if file.parent != STATE_MACHINES}
    named = {
        Path(machine) / name
        for machine in MACHINES
        for file in SOURCES
        if file.relative_to(STATE_MACHINES).parts[0].startswith(machine)
        for name in re.findall(r"""include(?:\('|": ")([\w.]+)""", file.read_text(encoding="utf-8"))
    }
    assert parts and named == parts


def test_an_included_expression_is_a_block() -> None:
    """A block keeps its meaning inside another expression."""
    for file in SOURCES:
        if file.suffix == ".jsonata":
            expression = read_expression(file)
            assert expression.startswith("( ") and expression.endswith(" )"), file
