"""Handlers of the device's owner that answer what nobody expects: the job ends all the same."""

from pathlib import Path

import pytest

from tests.agent.configs import config
from tests.agent.processes import Begun

MODULE = """
from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.execution import Outcome

def long(document, job): raise JobError("ERR_VALVE", "x" * 1_000_000)
def numbers(document, job): return {1: "one"}
def unheard(document, job): return Outcome("DONE")
def endless(document, job): return Outcome("IN_PROGRESS")
def large(document, job): return Outcome("SUCCEEDED", {"log": "x" * 1_000_000})
"""


@pytest.mark.parametrize(
    ("name", "status", "details"),
    [
        ("long", "FAILED", {"errorCode": "ERR_VALVE", "reason": "x" * 1024}),
        ("numbers", "SUCCEEDED", {"1": "one"}),
        ("large", "SUCCEEDED", {"log": "x" * 1024}),
        ("unheard", "FAILED", {"errorCode": "ERR_UNEXPECTED", "reason": "The handler returned Outcome with DONE"}),
        ("endless", "FAILED", {"errorCode": "ERR_UNEXPECTED", "reason": "The handler returned Outcome with IN_PROG"}),
    ],
)
def test_the_job_has_an_outcome(tmp_path: Path, name: str, status: str, details: dict[str, str]) -> None:
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers" / "rubbish.py").write_text(MODULE)
    found = config(tmp_path, handlers={name: {"function": f"rubbish:{name}"}})
    outcome = Begun(found, {"operation": name}, None).outcome()
    assert outcome.status == status
    assert {key: outcome.details[key][: len(value)] for key, value in details.items()} == details
