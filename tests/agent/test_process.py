"""Jobs as processes: their output, their ends, what they see of the agent, and that nothing of them is left."""

from pathlib import Path

import pytest

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.ports import Resumption
from tests.agent.configs import config
from tests.agent.processes import Begin, Begun, group_is_gone


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
    assert outcome.details["reason"] == f"The handler's process ended {how} before the handler returned"


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
    with pytest.raises(JobError, match="restart of the agent interrupted") as error:
        begin("talk", Resumption())
    assert error.value.code == "ERR_INTERRUPTED"
    assert begin("talk", Resumption(wanted_reboot=True)).outcome().status == "SUCCEEDED"


def test_nothing_is_imported_from_the_folder_that_jobs_write_to(begin: Begin, tmp_path: Path) -> None:
    work = tmp_path / "state" / "work"
    work.mkdir(parents=True)
    (work / "json.py").write_text("raise SystemExit(9)")
    assert begin("talk").outcome().status == "SUCCEEDED"


def test_work_that_may_not_begin_again_does_not_after_a_restart_either(begin: Begin) -> None:
    with pytest.raises(JobError, match="restart of the agent interrupted"):
        begin("talk", Resumption(wanted_reboot=True, rebooted=True, interrupted=True))


def test_a_job_that_is_ended_leaves_no_process(begin: Begin) -> None:
    job = begin("hang")
    pid = int(job.told()["pid"])
    job.process.end()
    assert job.outcome().status == "FAILED"
    assert group_is_gone(pid)


def test_a_job_that_takes_too_long_is_ended(begin: Begin) -> None:
    job = begin("hang", timeoutSeconds=1)
    pid = int(job.told()["pid"])
    outcome = job.outcome()
    assert outcome.details == {"errorCode": "ERR_TIMEOUT", "reason": "The job took longer than 1 seconds"}
    assert group_is_gone(pid)


def test_a_job_that_is_ended_may_clean_up(begin: Begin, tmp_path: Path) -> None:
    job = begin("clean_up")
    job.told()
    job.process.end()
    job.process.end()
    job.outcome()
    assert (tmp_path / "state" / "cleaned").exists()


def test_a_job_that_will_not_end_is_killed(begin: Begin) -> None:
    job = begin("stubborn", end_seconds=0)
    job.told()
    job.process.end()
    assert job.outcome().details["reason"] == "The handler's process ended by signal 9 before the handler returned"


def test_children_end_with_their_job(begin: Begin) -> None:
    job = begin("leave")
    assert job.outcome().status == "SUCCEEDED"
    assert group_is_gone(job.process._child.pid)


def test_a_job_ends_with_an_agent_that_is_killed(begin: Begin) -> None:
    job = begin("hang")
    pid = int(job.told()["pid"])
    job.process._input.close()  # as the system does it for a process that has ended
    assert job.outcome().details["reason"] == "The handler's process ended by signal 9 before the handler returned"
    assert group_is_gone(pid)


def test_a_program_does_not_get_the_agents_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another Python of the device would import them instead of its own."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    found = config(tmp_path, operations=["run-command"], commands={"allow": ["/bin/sh"]})
    command = ["/bin/sh", "-c", "echo ${PYTHONPATH-none} ${PYTHONUNBUFFERED-none}"]
    outcome = Begun(found, {"operation": "run-command", "command": command}, None).outcome()
    assert outcome.details["stdout"] == "none none"
