"""Rollouts in the table: begun once by repeated calls, looked at by one caller at a time, open until closed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.aws.table.rollouts import RolloutTable, rollout_key
from functions.aws.table.runs import RunTable
from functions.aws.table.table import CancelledError, Table, run_key
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Reason, RunStatus
from tests.aws.conftest import NOW, RUN, SUCCESS
from tests.aws.fleets import JOB, ROLLOUT, SECOND

LATER = NOW + timedelta(minutes=5)
AGAIN = replace(ROLLOUT, token=SECOND, created_at=LATER)


def status(runs: RunTable) -> RunStatus:
    run = runs.get(JOB, RUN.id)
    assert run is not None
    return run.status


def test_a_rollout_comes_back_as_it_was_begun(rollouts: RolloutTable) -> None:
    assert rollouts.get(RUN.id) is None
    for rollout in (ROLLOUT, replace(ROLLOUT, group="shiftwork-test-1", is_dynamic=True)):
        assert rollouts.begin(rollout) == rollout
        assert rollouts.get(RUN.id) == rollout


def test_a_rollout_that_is_begun_again_gets_only_the_new_token(rollouts: RolloutTable) -> None:
    grouped = replace(ROLLOUT, group="shiftwork-test-1", is_dynamic=True)
    rollouts.begin(grouped)
    rollouts.looked(grouped, "FAILED next", LATER)
    known = replace(grouped, cursor="FAILED next", looked_at=LATER)
    assert rollouts.begin(replace(AGAIN, selection="CONTINUOUS", success={})) == replace(known, token=SECOND)


def test_an_earlier_call_that_comes_second_does_not_replace_the_token(rollouts: RolloutTable) -> None:
    rollouts.begin(AGAIN)
    assert rollouts.begin(ROLLOUT) is None
    found = rollouts.get(RUN.id)
    assert found is not None
    assert found.token == SECOND


def test_a_closed_rollout_that_is_begun_again_is_open(rollouts: RolloutTable, table: Table) -> None:
    rollouts.begin(ROLLOUT)
    rollouts.close(ROLLOUT)
    assert rollouts.begin(AGAIN) == replace(ROLLOUT, token=SECOND)
    assert [rollout.token for rollout in rollouts.open()] == [SECOND]
    item = table.get(rollout_key(RUN.id))
    assert item is not None
    assert "expiresAt" not in item


def test_nothing_begins_for_a_run_that_has_ended_or_is_gone(
    rollouts: RolloutTable, runs: RunTable, table: Table
) -> None:
    runs.settle(JOB, RUN.id, Outcome(status=RunStatus.FAILED, reason=Reason.STOPPED), NOW)
    assert rollouts.begin(ROLLOUT) is None
    table.delete(run_key(JOB, RUN.id), "attribute_exists(PK)")
    assert rollouts.begin(ROLLOUT) is None
    assert rollouts.get(RUN.id) is None


def test_another_jobs_rollout_is_not_taken_over(rollouts: RolloutTable, table: Table) -> None:
    rollouts.begin(ROLLOUT)
    values = {":other": {"S": "team.other"}}
    table.update(rollout_key(RUN.id), "SET jobId = :other", "jobId <> :other", ExpressionAttributeValues=values)
    with pytest.raises(CancelledError):
        rollouts.begin(AGAIN)
    rollout = rollouts.get(RUN.id)
    assert rollout is not None
    assert (rollout.job_id, rollout.token) == ("team.other", ROLLOUT.token)


def test_a_run_whose_job_was_made_is_active_as_long_as_it_has_not_ended(rollouts: RolloutTable, runs: RunTable) -> None:
    for _ in range(2):
        assert rollouts.made(ROLLOUT)
        assert status(runs) is RunStatus.ACTIVE
    runs.settle(JOB, RUN.id, SUCCESS, NOW)
    assert not rollouts.made(ROLLOUT)
    assert status(runs) is RunStatus.SUCCESS
