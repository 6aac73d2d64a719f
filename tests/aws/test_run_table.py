"""Runs in the table: repeated, late and unordered writes change nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.aws.table.jobs import JobTable
from functions.aws.table.runs import RunTable
from functions.jobs.model.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.ports.runs import RunExistsError, StalePlanError
from tests.aws.conftest import NOW, PLAN, RUN, SUCCESS, delete, make_job, make_run


def test_a_run_comes_back_as_it_was_and_is_active(jobs: JobTable, runs: RunTable) -> None:
    runs.put(RUN, None)
    assert runs.get("team.job", RUN.id) == RUN
    assert jobs.states(["team.job"])["team.job"].active == {RUN.id}


def test_putting_it_again_finds_it(runs: RunTable) -> None:
    runs.put(RUN, None)
    with pytest.raises(RunExistsError):
        runs.put(RUN, None)


def test_a_key_finds_the_run_that_it_started_for_a_day(runs: RunTable) -> None:
    key = IdempotencyKey.of("my key", "/path", "")
    runs.put(RUN, key)
    again = replace(RUN, id="20260102030406bbbbbbbbbb")
    with pytest.raises(KeyUsedError) as found:
        runs.put(again, key)
    assert key.result(found.value) == RUN.id
    assert runs.get("team.job", again.id) is None
    runs.put(replace(again, created_at=NOW + timedelta(hours=25)), key)


@pytest.mark.parametrize("stale", [PLAN, None])
def test_the_table_corrects_a_stale_plan(jobs: JobTable, runs: RunTable, stale: LaunchPlan | None) -> None:
    if stale is None:
        delete(jobs, make_job())
    with pytest.raises(StalePlanError) as corrected:
        runs.put(replace(RUN, plan=replace(PLAN, task_definition="arn:definition:0")), None)
    assert corrected.value.plan == stale
    assert runs.get("team.job", RUN.id) is None


def test_finished_runs_are_newest_first_without_those_of_an_earlier_job(runs: RunTable) -> None:
    for number in range(3):
        run = make_run(f"2026010203040{number}aaaaaaaaaa")
        runs.put(run, None)
        if number:
            runs.settle("team.job", run.id, SUCCESS, NOW)
    assert [run.id[13] for run in runs.finished("team.job", NOW)] == ["2", "1"]
    assert runs.finished("team.job", NOW + timedelta(seconds=1)) == []


def test_an_ended_run_can_be_deleted_and_an_active_one_not(jobs: JobTable, runs: RunTable) -> None:
    runs.put(RUN, None)
    assert not runs.delete(RUN, NOW)
    runs.settle("team.job", RUN.id, SUCCESS, NOW)
    assert runs.delete(RUN, NOW)
    assert runs.get("team.job", RUN.id) is None
    assert jobs.states(["team.job"])["team.job"].successes == 1
