"""Random stories, each followed by a second delivery of everything. For longer ones, see `EXAMPLES` and `STEPS`."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.engine.machine import EngineMachine
from tests.engine.tally import Tally
from tests.engine.world import World

# By hand: SHIFTWORK_EXAMPLES=2000 pytest tests/engine/test_engine.py. It draws other stories each time.
EXAMPLES = int(os.environ.get("SHIFTWORK_EXAMPLES", "0"))
STEPS = 25


def test_invariants_hold_whatever_happens(world: World, tally: Tally) -> None:
    begin = world.moment()
    run_state_machine_as_test(
        lambda: EngineMachine(world, begin, tally),  # type: ignore[arg-type]
        settings=settings(
            max_examples=EXAMPLES or 60,
            stateful_step_count=STEPS,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            phases=list(Phase) if EXAMPLES else [Phase.generate],  # to shorten a story takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
