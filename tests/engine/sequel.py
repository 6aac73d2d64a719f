"""How the world goes on after a fault: everything is delivered again, or nothing is and only the sweep comes."""

from tests.engine.operations import Act
from tests.engine.world import ENDS, World

_ROUNDS = 6  # sweeps until all is repaired: one of five looks at a run that has a task


def everything_comes_again(world: World, again: Act | None) -> None:
    """The call comes again twice, and so does all news, the latest first. Then a sweep finds nothing to do."""
    world.machines_go_on()
    for _ in range(2):
        world.clock.wait(minutes=1)
        if again:
            again()
    hear_of_all_ends(world)
    live_on(world, heard=True)
    if again is None:
        sweep(world)
    world.let_go(heard=True)
    world.clock.wait(minutes=10)
    assert (world.sweep(), world.undone(), world.too_many()) == ([], [], [])


def nothing_comes_again(world: World, again: Act | None) -> None:
    """Only sweeps come, also for the ends of the runs that were started. Then the call comes again, late."""
    world.machines_go_on()
    sweep(world)
    live_on(world, heard=False)
    if again:
        again()
        sweep(world)
    world.let_go(heard=False)


def hear_of_all_ends(world: World) -> None:
    """Deliver the events of IoT, then all ends of executions, the latest first."""
    world.hear()
    for run in reversed(world.executions(ended=True)):
        world.settle(run)


def live_on(world: World, *, heard: bool) -> None:
    """Let all runs end, and those that are started then."""
    while runs := world.executions(ended=False):
        for number, run in enumerate(runs):
            world.end(run, ENDS[number % 2])
        for run in reversed(runs) if heard else ():
            world.settle(run)
            world.track(run)
            world.settle(run)
        if not heard:
            sweep(world)


def sweep(world: World) -> None:
    """Sweep until all is repaired."""
    world.clock.wait(minutes=10)
    for _ in range(_ROUNDS):
        world.sweep()
        world.clock.wait(minutes=2)
        left = world.undone()
        if not left:
            return
    assert left == []
