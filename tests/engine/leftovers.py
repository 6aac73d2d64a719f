"""Operations: sweeps with one thing to repair each."""

from tests.engine.endings import CHILD, after
from tests.engine.operations import Act, Operation
from tests.engine.world import JOB, World

WAIT = 10  # minutes, after which no function is still at work


def sweep_over_a_call_that_was_not_started(world: World) -> Act:
    world.save()
    world.killed_before("StartExecution", world.trigger)
    return _sweep(world)


def sweep_over_a_firing_that_was_not_started(world: World) -> Act:
    world.save(policy="FORBID")
    world.killed_before("StartExecution", world.fire)
    return _sweep(world)


def sweep_over_a_firing_that_is_too_late_now(world: World) -> Act:
    world.save(policy="QUEUE", deadline=12 * 3600 + 60)
    world.killed_before("StartExecution", world.fire)
    return _sweep(world)


def sweep_over_an_end_without_news(world: World) -> Act:
    world.save()
    world.save(CHILD, **after(JOB))
    world.end(world.trigger())
    return _sweep(world)


def sweep_over_an_end_with_a_task_without_news(world: World) -> Act:
    world.save(policy="QUEUE")
    run = world.fire()
    world.fire(1)
    world.track(run)
    world.end(run, "FAILED")
    return _sweep(world)


def sweep_over_a_firing_that_waits_for_nothing(world: World) -> Act:
    world.save(policy="QUEUE")
    run = world.fire()
    world.fire(1)
    world.end(run)
    world.killed_before("BatchGetItem", lambda: world.settle(run))
    return _sweep(world)


def sweep_over_children_that_were_not_put(world: World) -> Act:
    world.save()
    world.save(CHILD, **after(JOB))
    run = world.trigger()
    world.end(run)
    world.killed_before("BatchGetItem", lambda: world.settle(run))
    return _sweep(world)


def sweep_over_children_that_were_not_started(world: World) -> Act:
    world.save()
    world.save(CHILD, **after(JOB))
    run = world.trigger()
    world.end(run)
    world.killed_before("StartExecution", lambda: world.settle(run))
    return _sweep(world)


def _sweep(world: World) -> Act:
    world.clock.wait(minutes=WAIT)
    return world.sweep


LEFTOVERS: list[Operation] = [
    sweep_over_a_call_that_was_not_started,
    sweep_over_a_firing_that_was_not_started,
    sweep_over_a_firing_that_is_too_late_now,
    sweep_over_an_end_without_news,
    sweep_over_an_end_with_a_task_without_news,
    sweep_over_a_firing_that_waits_for_nothing,
    sweep_over_children_that_were_not_put,
    sweep_over_children_that_were_not_started,
]
