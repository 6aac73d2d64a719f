"""Runs in the table: what is repeated, late or out of order changes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.aws.job_table import JobTable
from functions.aws.run_table import RunTable
from functions.jobs.job import LaunchPlan
from functions.jobs.outcome import Ending, Outcome, outcome_of
from functions.jobs.ports import RunExistsError, StalePlanError
from functions.jobs.run import Attempt, Reason, RunStatus, TaskStatus
from functions.jobs.task import TaskReport
from tests.aws.conftest import NOW, PLAN, make_run

RUN = make_run()
SUCCESS = Outcome(status=RunStatus.SUCCESS, exit_code=0)


def report(status: TaskStatus, version: int) -> TaskReport:
    attempt = Attempt(number=1, version=version, task_arn="arn:task/1", status=status, started_at=NOW)
    return TaskReport("team.job", RUN.id, attempt, None)


def test_a_run_comes_back_as_it_was_and_is_active(jobs: JobTable, runs: RunTable) -> None:
    runs.put(RUN, None)
    assert runs.get("team.job", RUN.id) == RUN
    assert jobs.states(["team.job"])["team.job"].active == {RUN.id}


def test_putting_it_again_finds_it(runs: RunTable) -> None:
    runs.put(RUN, None)
    with pytest.raises(RunExistsError) as found:
        runs.put(RUN, None)
    assert found.value.run_id == RUN.id


def test_a_key_finds_the_run_that_it_started_for_a_day(runs: RunTable) -> None:
    runs.put(RUN, "my key")
    again = replace(RUN, id="20260102030406bbbbbbbbbb")
    with pytest.raises(RunExistsError) as found:
        runs.put(again, "my key")
    assert found.value.run_id == RUN.id
    assert runs.get("team.job", again.id) is None
    runs.put(replace(again, created_at=NOW + timedelta(hours=25)), "my key")


@pytest.mark.parametrize("stale", [PLAN, None])
def test_the_table_corrects_a_stale_plan(jobs: JobTable, runs: RunTable, stale: LaunchPlan | None) -> None:
    if stale is None:
        jobs.delete("team.job")
    with pytest.raises(StalePlanError) as corrected:
        runs.put(replace(RUN, task_definition="arn:definition:0"), "key")
    assert corrected.value.plan == stale
    assert runs.get("team.job", RUN.id) is None


def test_settling_ends_counts_and_frees_once(jobs: JobTable, runs: RunTable) -> None:
    runs.put(RUN, None)
    assert runs.settle("team.job", RUN.id, SUCCESS, NOW)
    assert not runs.settle("team.job", RUN.id, Outcome(status=RunStatus.FAILED, reason=Reason.STOPPED), NOW)
    state = jobs.states(["team.job"])["team.job"]
    assert (state.active, state.successes, state.failures, state.last_success_at) == (frozenset(), 1, 0, NOW)
    settled = runs.get("team.job", RUN.id)
    assert settled is not None
    assert (settled.status, settled.completed_at, settled.exit_code) == (RunStatus.SUCCESS, NOW, 0)


def test_a_failure_keeps_its_reason_text_and_attempt(jobs: JobTable, runs: RunTable) -> None:
    runs.put(RUN, None)
    outcome = replace(
        outcome_of(Ending(status="FAILED", error="AmazonECS.Unknown", cause="no capacity")),
        attempt=report(TaskStatus.FAILED, 5).attempt,
    )
    assert runs.settle("team.job", RUN.id, outcome, NOW)
    settled = runs.get("team.job", RUN.id)
    assert settled is not None
    assert (settled.reason, settled.message) == (Reason.START_FAILED, "AmazonECS.Unknown: no capacity")
    assert settled.attempts == {1: outcome.attempt}
    assert jobs.states(["team.job"])["team.job"].failures == 1


def test_settling_a_run_that_is_gone_changes_nothing(jobs: JobTable, runs: RunTable) -> None:
    assert not runs.settle("team.job", "gone", SUCCESS, NOW)
    assert jobs.states(["team.job"])["team.job"].successes == 0


def test_news_move_a_run_forward_and_never_back(runs: RunTable) -> None:
    runs.put(RUN, None)
    heard = [
        (TaskStatus.STARTING, 2, True, RunStatus.STARTING),
        (TaskStatus.RUNNING, 3, True, RunStatus.ACTIVE),
        (TaskStatus.RUNNING, 3, False, RunStatus.ACTIVE),
        (TaskStatus.STARTING, 2, False, RunStatus.ACTIVE),
    ]
    for task_status, version, is_news, run_status in heard:
        assert runs.track(report(task_status, version)) is is_news
        run = runs.get("team.job", RUN.id)
        assert run is not None
        assert run.status is run_status


def test_news_after_the_end_only_complete_the_attempt(runs: RunTable) -> None:
    runs.put(RUN, None)
    runs.track(report(TaskStatus.RUNNING, 3))
    runs.settle("team.job", RUN.id, Outcome(status=RunStatus.FAILED, reason=Reason.STOPPED), NOW)
    assert runs.track(report(TaskStatus.KILLED, 6))
    assert not runs.track(report(TaskStatus.RUNNING, 4))
    run = runs.get("team.job", RUN.id)
    assert run is not None
    assert (run.status, run.attempts[1].status) == (RunStatus.FAILED, TaskStatus.KILLED)


def test_news_of_an_unknown_run_are_not_kept(runs: RunTable) -> None:
    assert not runs.track(report(TaskStatus.RUNNING, 3))
    assert runs.get("team.job", RUN.id) is None


def test_history_is_newest_first_without_active_and_older_lives(runs: RunTable) -> None:
    for number in range(3):
        run = make_run(f"2026010203040{number}aaaaaaaaaa")
        runs.put(run, None)
        if number:
            runs.settle("team.job", run.id, SUCCESS, NOW)
    assert [run.id[13] for run in runs.finished("team.job", NOW)] == ["2", "1"]
    assert runs.finished("team.job", NOW + timedelta(seconds=1)) == []


def test_purging_deletes_the_runs(runs: RunTable) -> None:
    for number in range(30):
        runs.put(make_run(f"202601020304{number:02}aaaaaaaaaa"), None)
    runs.purge("team.job")
    assert runs.get_all([("team.job", f"202601020304{number:02}aaaaaaaaaa") for number in range(30)]) == []
