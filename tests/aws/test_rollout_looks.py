"""Looks at IoT's list of a rollout's devices: one caller at a time."""

from dataclasses import replace
from datetime import timedelta

from functions.aws.table.rollouts import RolloutTable
from tests.aws.conftest import NOW, RUN
from tests.aws.fleets import ROLLOUT

LATER = NOW + timedelta(minutes=5)


def test_one_looks_at_a_time(rollouts: RolloutTable) -> None:
    rollouts.begin(ROLLOUT)
    assert rollouts.looked(ROLLOUT, None, LATER)
    assert rollouts.looked(ROLLOUT, None, LATER), "the same look, repeated because its answer was lost"
    assert not rollouts.looked(ROLLOUT, None, LATER + timedelta(milliseconds=1))
    claimed = replace(ROLLOUT, looked_at=LATER)
    assert rollouts.looked(claimed, "next", LATER)
    assert rollouts.get(RUN.id) == replace(claimed, cursor="next")
    assert rollouts.looked(claimed, None, LATER + timedelta(seconds=1))
    assert not rollouts.looked(claimed, "late", LATER)
    assert rollouts.get(RUN.id) == replace(ROLLOUT, looked_at=LATER + timedelta(seconds=1))


def test_no_look_at_a_rollout_that_was_not_begun(rollouts: RolloutTable) -> None:
    assert not rollouts.looked(ROLLOUT, None, LATER)
    assert rollouts.get(RUN.id) is None
