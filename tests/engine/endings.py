"""Operations: settling runs and tasks that have ended, with what follows the end."""

from typing import Any

from tests.engine.operations import Act, Operation
from tests.engine.world import JOB, World

CHILD, OTHER = "team.child", "team.other"


def after(*parents: str, on: str = "SUCCESS") -> dict[str, Any]:
    """The fields of a child's document that name its parents."""
    return {"dependencies": [{"id": parent, "on": on} for parent in parents]}


def settling_a_success_with_a_child(world: World) -> Act:
    world.save()
    world.save(CHILD, **after(JOB))
    return _ended(world, world.trigger())


def settling_a_failure_with_children(world: World) -> Act:
    world.save()
    world.save(CHILD, **after(JOB, on="ANY"))
    world.save(OTHER, **after(JOB, on="FAILURE"))
    return _ended(world, world.trigger(), "FAILED")


def settling_the_second_of_two_parents(world: World) -> Act:
    world.save()
    world.save(OTHER)
    world.save(CHILD, **after(JOB, OTHER))
    first, second = world.trigger(), world.trigger(OTHER)
    _ended(world, first)()
    return _ended(world, second)


def settling_what_a_firing_waits_for(world: World) -> Act:
    world.save(policy="QUEUE")
    run = world.fire()
    world.fire(1)
    return _ended(world, run, "FAILED")


def settling_with_a_paused_job(world: World) -> Act:
    world.save(policy="QUEUE")
    run = world.fire()
    world.fire(1)
    world.engine.jobs.pause(JOB, world.clock.now)
    return _ended(world, run)


def settling_more_than_are_kept(world: World) -> Act:
    world.save(policy="ALLOW", retention={"successes": 1, "failures": 0})
    for minute in range(2):
        _ended(world, world.fire(minute))()
    return _ended(world, world.fire(2))


def settling_a_run_that_timed_out(world: World) -> Act:
    world.save()
    run = world.trigger()
    world.track(run)
    settle = _ended(world, run, "FAILED", error="States.Timeout", cause="It took too long.")

    def act() -> None:
        settle()
        world.track(run, "STOPPED", version=5)  # ECS reports the task that this has stopped

    return act


def settling_an_older_run_after_a_newer_one(world: World) -> Act:
    world.save()
    world.save(CHILD, **after(JOB))
    older, newer = world.trigger(), world.trigger()
    act = _ended(world, older, "FAILED")
    _ended(world, newer)()
    return act


def settling_several_tasks(world: World) -> Act:
    world.save(run={"taskCount": 3, "toleratedFailures": 1})
    world.save(CHILD, **after(JOB))
    return _ended(world, world.trigger(), output='{"failed": [1], "count": 3}')


def settling_one_of_several_tasks(world: World) -> Act:
    world.save(run={"taskCount": 2})
    run = world.trigger()
    world.track(run, SHIFTWORK_TASK_INDEX="1", SHIFTWORK_TASK_COUNT="2")
    world.settle_task(run, 0)
    return lambda: world.settle_task(run, 1, "FAILED")


def _ended(world: World, run: str, status: str = "SUCCEEDED", **ending: str) -> Act:
    world.end(run, status, **ending)
    return lambda: world.settle(run)


ENDINGS: list[Operation] = [
    settling_a_success_with_a_child,
    settling_a_failure_with_children,
    settling_the_second_of_two_parents,
    settling_what_a_firing_waits_for,
    settling_with_a_paused_job,
    settling_more_than_are_kept,
    settling_a_run_that_timed_out,
    settling_an_older_run_after_a_newer_one,
    settling_several_tasks,
    settling_one_of_several_tasks,
]
