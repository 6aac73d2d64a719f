"""Fleet runs, whatever fails meanwhile."""

import pytest

from tests.engine.fleet_operations import FLEETS
from tests.engine.no_harm import no_fault_does_harm
from tests.engine.operations import Operation
from tests.engine.tally import Tally
from tests.engine.world import World


@pytest.mark.parametrize("operation", FLEETS, ids=lambda operation: operation.__name__)
def test_no_fault_does_harm(world: World, tally: Tally, operation: Operation) -> None:
    no_fault_does_harm(world, tally, operation)
