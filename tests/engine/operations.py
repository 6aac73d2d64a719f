"""The operations of the engine, each with what exists before it.

Each prepares a world and returns the call that gets the faults. The same call comes again later. A pair has another
call that comes again, or None if nobody repeats the call.
"""

from collections.abc import Callable

from tests.engine.world import JOB, World

Act = Callable[[], object]
Operation = Callable[[World], Act | tuple[Act, Act | None]]
_POLICIES = ("ALLOW", "FORBID", "REPLACE", "QUEUE")


def acts(given: Act | tuple[Act, Act | None]) -> tuple[Act, Act | None]:
    """The call, and the call that comes again."""
    return given if isinstance(given, tuple) else (given, given)


def trigger(world: World) -> tuple[Act, None]:
    world.save()
    return world.trigger, None


def trigger_with_a_key(world: World) -> Act:
    world.save()
    return lambda: world.trigger(key="mine")


def _firing(policy: str) -> Operation:
    def prepare(world: World) -> Act:
        world.save(policy=policy)
        return world.fire

    prepare.__name__ = f"firing_of_an_idle_job_{policy}"
    return prepare


def _firing_while_active(policy: str) -> Operation:
    def prepare(world: World) -> Act:
        world.save(policy=policy)
        world.fire()
        return lambda: world.fire(1)

    prepare.__name__ = f"firing_while_a_run_is_active_{policy}"
    return prepare


def firing_that_replaces_two_runs(world: World) -> Act:
    world.save(policy="REPLACE")
    world.trigger()
    world.trigger()
    return world.fire


def firing_that_takes_the_place_of_the_waiting_one(world: World) -> Act:
    world.save(policy="QUEUE")
    world.fire()
    world.fire(1)
    return lambda: world.fire(2)


def firing_that_comes_too_late(world: World) -> Act:
    world.save(policy="ALLOW", deadline=60)
    world.clock.wait(minutes=5)
    return world.fire


def firing_of_a_paused_job(world: World) -> Act:
    world.save(policy="FORBID")
    world.engine.jobs.pause(JOB, world.clock.now)
    return world.fire


def stop_of_a_run(world: World) -> Act:
    world.save()
    run = world.trigger()
    return lambda: world.stop(run)


def stop_of_a_run_that_was_not_started(world: World) -> Act:
    world.save(policy="QUEUE")
    world.killed_before("StartExecution", world.fire)
    run = world.run_id()
    world.fire(1)
    return lambda: world.stop(run)


def stop_of_a_waiting_firing(world: World) -> Act:
    world.save(policy="QUEUE")
    world.fire()
    waiting = world.fire(1)
    return lambda: world.stop(waiting)


def stop_of_a_job(world: World) -> Act:
    world.save(policy="QUEUE")
    world.fire()
    world.trigger()
    world.fire(1)
    return world.stop_job


def stop_of_a_group(world: World) -> Act:
    world.save(policy="QUEUE")
    world.save("team.other")
    world.fire()
    world.fire(1)
    world.trigger("team.other")
    return world.stop_group


def track_of_a_task(world: World) -> Act:
    world.save()
    run = world.trigger()
    return lambda: world.track(run)


def track_of_one_of_several_tasks(world: World) -> Act:
    world.save(run={"taskCount": 2})
    run = world.trigger()
    return lambda: world.track(run, SHIFTWORK_TASK_INDEX="1", SHIFTWORK_TASK_COUNT="2")


def event(world: World) -> Act:
    world.save(events=[{"id": "order", "pattern": {"source": ["shop"]}}])
    return world.react


def deletion_of_a_run(world: World) -> Act:
    world.save(policy="FORBID")
    run = world.fire()
    world.end(run)
    world.settle(run)
    return lambda: world.delete(run)


OPERATIONS: list[Operation] = [
    *map(_firing, _POLICIES),
    *map(_firing_while_active, _POLICIES),
    trigger,
    trigger_with_a_key,
    firing_that_replaces_two_runs,
    firing_that_takes_the_place_of_the_waiting_one,
    firing_that_comes_too_late,
    firing_of_a_paused_job,
    stop_of_a_run,
    stop_of_a_run_that_was_not_started,
    stop_of_a_waiting_firing,
    stop_of_a_job,
    stop_of_a_group,
    track_of_a_task,
    track_of_one_of_several_tasks,
    event,
    deletion_of_a_run,
]
