"""Operations of fleet runs."""

from typing import Any

from tests.engine.operations import Act, Operation
from tests.engine.rollouts import PREFIX
from tests.engine.world import JOB, World

WAIT = 10  # minutes, after which no function is still at work


def roll_out(world: World) -> tuple[Act, None]:
    return _called(world, _run(world, lamps=1))


def roll_out_by_a_temporary_group(world: World) -> tuple[Act, None]:
    return _called(world, _run(world, lamps=1, grouped=True))


def roll_out_without_devices(world: World) -> tuple[Act, None]:
    return _called(world, _run(world, lamps=0))


def roll_out_of_a_job_that_has_ended(world: World) -> tuple[Act, None]:
    run = _run(world, lamps=1)
    world.killed_before("UpdateItem", lambda: world.roll_out(run))
    world.report(run, "SUCCEEDED")
    return _called(world, run)


def news_of_a_device(world: World) -> Act:
    run = _rolled_out(world)
    world.report(run, "FAILED", "lamp-1")
    return _hear(world)


def news_of_a_device_that_gets_a_retry(world: World) -> Act:
    run = _rolled_out(world, retry=[{"failureType": "FAILED", "numberOfRetries": 1}])
    world.report(run, "FAILED", "lamp-1")
    (earlier,) = world.iot.events
    world.report(run, "SUCCEEDED", "lamp-1")
    later = world.iot.events[1]
    world.iot.events.clear()
    world.hear_of(later)
    return lambda: world.hear_of(earlier)


def news_of_a_job_that_succeeded(world: World) -> Act:
    run = _rolled_out(world, lamps=1)
    world.report(run, "SUCCEEDED")
    return _hear(world, "completed")


def news_of_a_job_that_failed_before_that_of_its_devices(world: World) -> Act:
    run = _rolled_out(world)
    world.start(run, "lamp-1")
    world.report(run, "FAILED")
    act = _hear(world, "completed")
    world.iot.events.clear()
    return act


def news_of_a_job_that_was_canceled(world: World) -> Act:
    run = _rolled_out(world)
    world.iot.cancel(PREFIX + run, "BY_HAND")
    return _hear(world, "canceled")


def close_at_the_time_limit(world: World) -> Act:
    run = _rolled_out(world)
    world.start(run, "lamp-1")
    world.report(run, "SUCCEEDED", "lamp-2")
    return lambda: world.close(run)


def stop_of_a_fleet_run(world: World) -> Act:
    run = _rolled_out(world)
    world.start(run, "lamp-1")
    return lambda: world.stop(run)


def stop_of_a_fleet_run_by_force(world: World) -> Act:
    run = _rolled_out(world, grouped=True)
    world.start(run, "lamp-1")
    return lambda: world.stop(run, force=True)


def stop_of_a_fleet_run_that_was_not_rolled_out(world: World) -> Act:
    run = _run(world, lamps=1)
    world.killed_before("CreateJob", lambda: world.roll_out(run))
    return lambda: world.stop(run)


def reading_of_devices(world: World) -> Act:
    run = _rolled_out(world)
    world.start(run, "lamp-1")
    world.clock.wait(minutes=1)
    return lambda: world.read(run)


def deletion_of_a_fleet_run(world: World) -> Act:
    run = _rolled_out(world, lamps=1)
    world.report(run, "FAILED")
    world.hear()
    world.settle(run)
    return lambda: world.delete(run)


def sweep_over_a_rollout_without_news(world: World) -> Act:
    run = _rolled_out(world, lamps=1)
    world.report(run, "FAILED")
    world.iot.events.clear()
    return _sweep(world)


def sweep_over_a_rollout_that_is_over(world: World) -> Act:
    run = _rolled_out(world, grouped=True)
    world.stop(run, force=True)
    world.hear()
    return _sweep(world)


def _run(world: World, lamps: int = 2, **fleet: Any) -> str:
    """A run of a fleet job with this number of devices."""
    world.save(JOB, run=world.fleet(**fleet))
    for name in ("lamp-1", "lamp-2")[lamps:]:
        world.iot.remove_thing(name)
    return world.trigger()


def _rolled_out(world: World, lamps: int = 2, **fleet: Any) -> str:
    run = _run(world, lamps, **fleet)
    world.roll_out(run)
    return run


def _called(world: World, run: str) -> tuple[Act, None]:
    """The state machine calls, and repeats the call until it gets an answer. Nobody else repeats it."""
    return lambda: world.roll_out(run), None


def _hear(world: World, last: str = "") -> Act:
    """Deliver the latest event of this kind. All others come later, or never."""
    event = next(one for one in reversed(world.iot.events) if last in one["topic"])
    world.iot.events.remove(event)
    return lambda: world.hear_of(event)


def _sweep(world: World) -> Act:
    world.clock.wait(minutes=WAIT)
    return world.sweep


FLEETS: list[Operation] = [
    roll_out,
    roll_out_by_a_temporary_group,
    roll_out_without_devices,
    roll_out_of_a_job_that_has_ended,
    news_of_a_device,
    news_of_a_device_that_gets_a_retry,
    news_of_a_job_that_succeeded,
    news_of_a_job_that_failed_before_that_of_its_devices,
    news_of_a_job_that_was_canceled,
    close_at_the_time_limit,
    stop_of_a_fleet_run,
    stop_of_a_fleet_run_by_force,
    stop_of_a_fleet_run_that_was_not_rolled_out,
    reading_of_devices,
    deletion_of_a_fleet_run,
    sweep_over_a_rollout_without_news,
    sweep_over_a_rollout_that_is_over,
]
