"""Faults again, on a harsher AWS: indexes and descriptions are late, writes conflict, answers are lost, pages short."""

import time

import pytest

from functions.aws import clients
from tests.engine.leftovers import sweep_over_children_that_were_not_started
from tests.engine.no_harm import no_fault_does_harm
from tests.engine.operations import Operation, firing_that_takes_the_place_of_the_waiting_one, stop_of_a_group
from tests.engine.tally import Tally
from tests.engine.world import World
from tests.harsh.aws import HarshAws, Harshness

HARSH = Harshness(conflicts=0.1, losses=0.1, index_lag=30, description_lag=1)
OPERATIONS: list[Operation] = [
    stop_of_a_group,
    firing_that_takes_the_place_of_the_waiting_one,
    sweep_over_children_that_were_not_started,
]


@pytest.fixture
def harsh(world: World, monkeypatch: pytest.MonkeyPatch) -> HarshAws:
    """The harsher AWS, on the clock of the world."""
    aws = HarshAws(world.clock.time, lambda: None, HARSH)
    aws.install(monkeypatch, [clients.dynamodb()])
    monkeypatch.setattr(time, "sleep", lambda seconds: world.clock.wait(seconds / 60))
    monkeypatch.setattr(time, "monotonic", world.clock.time)
    return aws


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_no_fault_does_harm_on_a_harsh_aws(world: World, tally: Tally, harsh: HarshAws, operation: Operation) -> None:
    no_fault_does_harm(world, tally, operation)
    assert harsh.seen.total() > 0
    tally.harsh(harsh.seen)
