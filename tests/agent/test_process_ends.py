"""How jobs end, and that nothing of them is left."""

from pathlib import Path

from tests.agent.processes import Begin, group_is_gone


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
    assert job.outcome().details["reason"] == "The handler's process ended by signal 9, without an answer"


def test_children_end_with_their_job(begin: Begin) -> None:
    job = begin("leave")
    assert job.outcome().status == "SUCCEEDED"
    assert group_is_gone(job.process._child.pid)


def test_a_job_ends_with_an_agent_that_is_killed(begin: Begin) -> None:
    job = begin("hang")
    pid = int(job.told()["pid"])
    job.process._input.close()  # as the system does it for a process that has ended
    assert job.outcome().details["reason"] == "The handler's process ended by signal 9, without an answer"
    assert group_is_gone(pid)
