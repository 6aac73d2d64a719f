"""Rollouts are open until nothing is left to do, and kept as long as their runs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.aws.table.rollouts import RolloutTable, rollout_key
from functions.aws.table.runs import RunTable
from functions.aws.table.table import Table
from tests.aws.conftest import NOW, RUN
from tests.aws.fleets import FLEET_RUN, ROLLOUT, SECOND

LATER = NOW + timedelta(minutes=5)


def test_open_rollouts_are_listed_oldest_first(rollouts: RolloutTable, runs: RunTable) -> None:
    ids = [f"2026010203040{second}bbbbb" for second in (8, 6, 7)]
    for run_id in ids:
        runs.put(replace(FLEET_RUN, id=run_id), None)
        rollouts.begin(replace(ROLLOUT, run_id=run_id))
    assert [rollout.run_id for rollout in rollouts.open()] == sorted(ids)
    rollouts.close(replace(ROLLOUT, run_id=ids[1]))
    assert [rollout.run_id for rollout in rollouts.open()] == sorted([ids[0], ids[2]])


def test_a_rollout_that_was_begun_again_meanwhile_is_not_closed(rollouts: RolloutTable) -> None:
    rollouts.begin(ROLLOUT)
    rollouts.begin(replace(ROLLOUT, token=SECOND))
    rollouts.close(ROLLOUT)
    assert [rollout.token for rollout in rollouts.open()] == [SECOND]


@pytest.mark.parametrize(("keep", "timeout", "seconds"), [(None, 60, 37 * 86_400), (60, 10**6, 60 + 10**6)])
def test_it_is_kept_as_long_as_its_run(
    rollouts: RolloutTable, runs: RunTable, table: Table, keep: int | None, timeout: int, seconds: int
) -> None:
    run_id = "20260102030405b"
    plan = replace(FLEET_RUN.plan, keep_seconds=keep, timeout=timeout)
    runs.put(replace(FLEET_RUN, id=run_id, plan=plan), None)
    rollout = replace(ROLLOUT, run_id=run_id)
    rollouts.begin(rollout)
    rollouts.close(rollout)
    item = table.get(rollout_key(run_id))
    assert item is not None
    assert item["expiresAt"] == NOW.timestamp() + seconds
    assert rollouts.get(run_id) == rollout, "closed, it is still there for news that come late"


def test_closing_an_absent_rollout_changes_nothing(rollouts: RolloutTable) -> None:
    rollouts.close(ROLLOUT)
    assert rollouts.get(RUN.id) is None
