"""Let each call of AWS of an operation fail in each way; then the world goes on, and all invariants must hold.

The consequences of a fault depend only on what AWS knows then, because functions keep nothing in memory that the table
does not correct. So the world goes on once from each state that a fault has left, and not once for each fault.
"""

from tests.engine import story
from tests.engine.interruptions import OVERTAKING, Fault, faults
from tests.engine.operations import Act, Operation, acts
from tests.engine.sequel import everything_comes_again, nothing_comes_again
from tests.engine.tally import Tally
from tests.engine.world import World


def no_fault_does_harm(world: World, tally: Tally, operation: Operation) -> None:
    """Try all faults of an operation."""
    act, again = acts(operation(world))
    begin = world.moment()
    world.interruptions.arm(None)
    act()
    calls = list(world.interruptions.made)
    left = {story.state(world.fleets)}
    _go_on(world, again, None)
    for fault in faults(calls, world.overtaking()):
        world.back(begin)
        assert world.suffer(fault, act), fault
        tally.fault(operation.__name__, fault.kind.value)
        state = story.state(world.fleets)
        if state not in left:
            left.add(state)
            tally.state()
            _go_on(world, again, fault)
        assert world.wrong() == [], fault


def _go_on(world: World, again: Act | None, fault: Fault | None) -> None:
    """Go on from here in two ways. If a function was only overtaken, no news is lost, so everything comes again."""
    here = world.moment()
    sequels = (everything_comes_again, nothing_comes_again)
    for sequel in sequels[:1] if fault and fault.kind in OVERTAKING else sequels:
        world.back(here)
        sequel(world, again)
        assert world.wrong() == [], (fault, sequel.__name__)
