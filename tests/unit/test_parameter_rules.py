"""How parameters are declared, and how they cannot be."""

from typing import Any

import pytest

from functions.jobs.inputs.parameters import MAX_CHARACTERS
from tests.unit.definitions import wrong_with

RUN: dict[str, Any] = {"cmd": "true", "cpus": 1, "mem": 128, "disk": 0, "env": {"PLAIN": "", "KEY": {"secret": "s"}}}
RUN["secrets"] = {"s": {"source": "/s"}}


@pytest.mark.parametrize(
    ("parameters", "path", "words"),
    [
        ({"PLAIN": {}}, "/parameters/PLAIN", "run.env"),
        ({"KEY": {}}, "/parameters/KEY", "run.env"),
        ({"A": {"default": "c", "allowed": ["a", "b"]}}, "/parameters/A/default", "one of a, b"),
        ({"A": {"default": "c", "required": True}}, "/parameters/A/required", "cannot be combined with a default"),
        ({"A": {"default": "\0"}}, "/parameters/A/default", "NUL"),
        ({"A": {"allowed": ["a", "\0"]}}, "/parameters/A/allowed(1)", "NUL"),
        ({"A": {"default": "x" * MAX_CHARACTERS}}, "/parameters", f"at most {MAX_CHARACTERS} characters"),
        ({"A": {"allowed": ["", "x" * MAX_CHARACTERS]}}, "/parameters", f"at most {MAX_CHARACTERS} characters"),
    ],
)
def test_what_cannot_be_declared(parameters: dict[str, Any], path: str, words: str) -> None:
    said = wrong_with(run=RUN, parameters=parameters)
    assert list(said) == [path]
    assert words in said[path]


def test_a_name_that_something_else_sets_already() -> None:
    docker = {"image": "i", "parameters": [{"key": "env", "value": "A=1"}]}
    assert "docker.parameters" in wrong_with(run=RUN | {"docker": docker}, parameters={"A": {}})["/parameters/A"]
    ours: dict[str, Any] = {"MESOS_SANDBOX": {}}
    artifacts = [{"uri": "https://example.com/a"}]
    assert not wrong_with(run=RUN, parameters=ours)
    for document in ({"run": RUN | {"artifacts": artifacts}}, {"payload": "OPTIONAL"}):
        assert "another name" in wrong_with(**document, parameters=ours)["/parameters/MESOS_SANDBOX"]
