"""Faults that the other tests of this folder have found, each in the fewest steps."""

from datetime import timedelta, timezone

import pytest

from functions.jobs.model.errors import JobNotFoundError
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import RunStatus
from tests.engine import picture
from tests.engine.endings import CHILD, after
from tests.engine.interruptions import Fault, Kind
from tests.engine.world import JOB, World


def test_two_settlings_at_once_delete_the_same_surplus_run(world: World) -> None:
    world.save(retention={"successes": 0})
    run = world.trigger()
    world.end(run)
    assert world.suffer(Fault(Kind.DOUBLED, "GetItem"), lambda: world.settle(run))
    assert world.undone() == []


def test_the_second_of_two_deletions_at_once_finds_no_job(world: World) -> None:
    world.save()
    job = world.engine.catalog.find_job(JOB)
    world.delete_job(JOB, stop_runs=False)
    with pytest.raises(JobNotFoundError):
        world.engine.catalog.delete_job(job, stop_runs=False, now=world.clock.now)


def test_a_job_is_not_started_by_a_run_that_ended_before_it_was_created(world: World) -> None:
    world.save()
    run = world.trigger()
    world.end(run)
    world.settle(run)
    world.clock.wait(minutes=1)
    world.save(CHILD, **after(JOB))
    world.settle(run)
    world.clock.wait(minutes=2)
    assert world.sweep() == []
    assert world.executions(ended=False) == []


def test_the_later_of_two_ends_is_the_last_one_in_any_time_zone(world: World) -> None:
    world.save()
    earlier, later = world.trigger(), world.trigger()
    at = world.clock.now
    for run, moment in ((earlier, at.astimezone(timezone(timedelta(hours=8)))), (later, at + timedelta(minutes=1))):
        world.engine.runs.settle(JOB, run, Outcome(status=RunStatus.SUCCESS), moment)
    assert picture.take().jobs[JOB].state["lastSuccessRun"] == later


def test_the_later_of_two_starts_is_the_last_one_in_any_order_of_writing(world: World) -> None:
    world.save()
    assert world.suffer(Fault(Kind.CALLED, "TransactWriteItems"), world.trigger)
    job = picture.take().jobs[JOB]
    assert job.state["lastStartedAt"] == max(run["createdAt"] for run in job.runs.values())


def test_a_rollout_that_was_begun_twice_at_once_ends_the_later_call(world: World) -> None:
    """The state machine gave up the first call, which continued and wrote second."""
    world.save(run=world.fleet())
    run = world.trigger()
    assert world.suffer(Fault(Kind.DOUBLED, "TransactWriteItems"), lambda: world.roll_out(run))
    world.report(run, "SUCCEEDED")
    world.hear()
    assert picture.execution(run).status == "SUCCEEDED"
