"""Functions of the device's owner: what they get, return, raise and save."""

from pathlib import Path

import pytest

from shiftwork_agent.jobs.ports import Resumption
from tests.agent.configs import config
from tests.agent.place import Place
from tests.agent.processes import Begun

VALVES = """
from shiftwork_agent.errors import JobError, RefusedError

def custom_job(document, job):
    job.report(step="closing", progress=50)
    return {"otherInfo": document["otherInfo"], "job": job.id, "n": job.execution_number}

def firmware(document, job):
    if job.rebooted:
        return {"slot": job.saved["slot"]}
    job.save(slot="b")
    return job.reboot(step="new image")

def nothing(document, job): pass
def wrong(document, job): return 7
def broken(document, job): return 1 / 0
def refuses(document, job): raise RefusedError("ERR_BATTERY", "Below 20 %")
def fails(document, job): raise JobError("ERR_VALVE", "Stuck")
"""


@pytest.fixture
def valves(place: Place) -> Place:
    """A device with handlers of its owner."""
    (place.folder / "handlers").mkdir()
    (place.folder / "handlers" / "valves_of_tests.py").write_text(VALVES)
    names = ("custom_job", "firmware", "nothing", "wrong", "broken", "refuses", "fails", "missing")
    place.tables["handlers"] = {name: {"function": f"valves_of_tests:{name}"} for name in names}
    place.tables["handlers"]["elsewhere"] = {"function": "no_such_module:f"}
    return place


def test_a_function_gets_the_document_and_the_job(valves: Place) -> None:
    outcome = valves.run({"operation": "custom_job", "otherInfo": "someValue"})
    assert outcome.status == "SUCCEEDED"
    assert outcome.details == {"otherInfo": "someValue", "job": "job-1", "n": "1"}
    assert valves.told == [{"step": "closing", "progress": "50"}]


@pytest.mark.parametrize(
    ("name", "status", "details"),
    [
        ("nothing", "SUCCEEDED", {}),
        ("refuses", "REJECTED", {"errorCode": "ERR_BATTERY", "reason": "Below 20 %"}),
        ("fails", "FAILED", {"errorCode": "ERR_VALVE", "reason": "Stuck"}),
        ("broken", "FAILED", {"errorCode": "ERR_UNEXPECTED", "reason": "ZeroDivisionError: division by zero"}),
        (
            "wrong",
            "FAILED",
            {"errorCode": "ERR_UNEXPECTED", "reason": "The handler returned int. It must return a dict or None"},
        ),
    ],
)
def test_how_a_function_ends(valves: Place, name: str, status: str, details: dict[str, str]) -> None:
    outcome = valves.run({"operation": name})
    assert (outcome.status, outcome.details) == (status, details)


@pytest.mark.parametrize("name", ["missing", "elsewhere"])
def test_a_function_that_is_not_there(valves: Place, name: str) -> None:
    outcome = valves.run({"operation": name})
    assert outcome.status == "FAILED"
    assert "is not in" in outcome.details["reason"]


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


def test_what_was_saved_is_there_after_a_reboot(valves: Place) -> None:
    assert valves.run({"operation": "firmware"}).then == "reboot"
    rebooted = Resumption(wanted_reboot=True, rebooted=True)
    assert valves.run({"operation": "firmware"}, rebooted).details == {"slot": "b"}


def test_another_job_has_saved_nothing(valves: Place) -> None:
    valves.run({"operation": "firmware"})
    rebooted = Resumption(wanted_reboot=True, rebooted=True)
    assert valves.run({"operation": "firmware"}, rebooted, "job-2").details["reason"] == "KeyError: 'slot'"


def test_a_saved_file_that_is_rubbish_is_none(valves: Place, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "saved.json").write_text("[1]")
    assert valves.run({"operation": "firmware"}).then == "reboot"
