"""Jobs as processes: their output, their ends, and that nothing of them is left."""

from pathlib import Path

import pytest

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.ports import Again
from tests.agent.processes import Begin


def test_output_comes_with_the_outcome(begin: Begin) -> None:
    outcome = begin("talk").outcome()
    assert outcome.status == "SUCCEEDED"
    assert outcome.details["a"] == "b"
    assert outcome.details["stdout"].endswith("xxx | last line")
    assert len(outcome.details["stdout"]) == 1024
    assert outcome.details["stderr"] == "\N{REPLACEMENT CHARACTER} bad  [31m bytes"


@pytest.mark.parametrize(("name", "how"), [("die", "by signal 9"), ("quit", "with exit code 3")])
def test_a_process_that_ends_without_an_answer(begin: Begin, name: str, how: str) -> None:
    outcome = begin(name).outcome()
    assert outcome.details["reason"] == f"The handler's process ended {how}, without an answer"


def test_very_many_reports_are_all_taken(begin: Begin) -> None:
    job = begin("flood")
    while job.told()["progress"] != "19999":
        pass
    assert job.outcome().status == "SUCCEEDED"


def test_no_descriptor_is_left_open(begin: Begin) -> None:
    begin("quit").outcome()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        begin("quit").outcome()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_work_that_may_not_begin_again_does_not(begin: Begin) -> None:
    with pytest.raises(JobError, match="restarted in the middle") as error:
        begin("talk", Again())
    assert error.value.code == "ERR_INTERRUPTED"
    assert begin("talk", Again(wanted_reboot=True)).outcome().status == "SUCCEEDED"


def test_nothing_is_imported_from_the_folder_that_jobs_write_to(begin: Begin, tmp_path: Path) -> None:
    work = tmp_path / "state" / "work"
    work.mkdir(parents=True)
    (work / "json.py").write_text("raise SystemExit(9)")
    assert begin("talk").outcome().status == "SUCCEEDED"
