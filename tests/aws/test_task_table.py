"""The tasks of runs that have several: their reports, their ends, and their numbers in the run."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.aws.table.jobs import JobTable
from functions.aws.table.runs import RunTable
from functions.aws.table.table import Table, run_key
from functions.aws.table.tasks import TaskTable, task_key
from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Attempt, IndexedTask, Reason, Run, RunStatus, TaskStatus
from tests.aws.conftest import NOW, PLAN, RUN, SUCCESS, delete, make_job

SEVERAL = replace(RUN, plan=replace(PLAN, task_count=5))
FAILURE = Outcome(status=RunStatus.FAILED, reason=Reason.EXIT_CODE, message="Essential container exited", exit_code=3)
JOB = "team.job"


def attempt(status: TaskStatus, version: int, number: int = 1) -> Attempt:
    return Attempt(number=number, version=version, task_arn=f"arn:task/{number}", status=status, started_at=NOW)


def report(index: int, status: TaskStatus, version: int, number: int = 1) -> TaskReport:
    return TaskReport(JOB, RUN.id, attempt(status, version, number), None, index, 5)


@pytest.fixture
def tasks(runs: RunTable, table: Table) -> TaskTable:
    """The tasks of a run that was just put: none has begun."""
    runs.put(SEVERAL, None)
    return TaskTable(table, 30)


def current(runs: RunTable) -> Run:
    run = runs.get(JOB, RUN.id)
    assert run is not None
    return run


def one(tasks: TaskTable, index: int) -> IndexedTask:
    task = tasks.get(JOB, RUN.id, index)
    assert task is not None
    return task


def test_news_moves_the_run_and_each_task_by_itself(runs: RunTable, tasks: TaskTable) -> None:
    heard = [
        (0, TaskStatus.STARTING, 2, True, RunStatus.STARTING, RunStatus.STARTING),
        (0, TaskStatus.RUNNING, 3, True, RunStatus.ACTIVE, RunStatus.ACTIVE),
        (0, TaskStatus.RUNNING, 3, False, RunStatus.ACTIVE, RunStatus.ACTIVE),
        (4, TaskStatus.STARTING, 2, True, RunStatus.STARTING, RunStatus.ACTIVE),
        (0, TaskStatus.STARTING, 2, False, RunStatus.ACTIVE, RunStatus.ACTIVE),
    ]
    for index, status, version, is_news, task_status, run_status in heard:
        assert tasks.track(report(index, status, version)) is is_news
        assert (one(tasks, index).status, current(runs).status) == (task_status, run_status)
    assert current(runs).attempts == {}
    assert tasks.get(JOB, RUN.id, 1) is None


def test_each_attempt_stays(tasks: TaskTable) -> None:
    for number in (1, 2):
        tasks.track(report(2, TaskStatus.FAILED, 5, number))
    assert one(tasks, 2).attempts == {number: attempt(TaskStatus.FAILED, 5, number) for number in (1, 2)}


def test_a_task_ends_once_and_its_run_counts_it(runs: RunTable, tasks: TaskTable) -> None:
    tasks.track(report(3, TaskStatus.RUNNING, 3))
    last = attempt(TaskStatus.FAILED, 6)
    assert tasks.settle(JOB, RUN.id, 3, replace(FAILURE, attempt=last), NOW)
    assert tasks.settle(JOB, RUN.id, 0, SUCCESS, NOW), "also one of which nothing was heard before"
    for outcome in (FAILURE, SUCCESS):
        assert not tasks.settle(JOB, RUN.id, 3, outcome, NOW)
    run, task = current(runs), one(tasks, 3)
    assert (run.succeeded_tasks, list(run.failed_tasks), run.status) == (1, [3], RunStatus.ACTIVE)
    assert (task.status, task.reason, task.message, task.exit_code) == (
        RunStatus.FAILED,
        Reason.EXIT_CODE,
        FAILURE.message,
        3,
    )
    assert (task.completed_at, task.attempts) == (NOW, {1: last})


def test_news_after_the_end_only_completes_the_attempt(tasks: TaskTable) -> None:
    tasks.settle(JOB, RUN.id, 1, FAILURE, NOW)
    assert tasks.track(report(1, TaskStatus.KILLED, 6))
    assert not tasks.track(report(1, TaskStatus.RUNNING, 4))
    assert (one(tasks, 1).status, one(tasks, 1).attempts[1].status) == (RunStatus.FAILED, TaskStatus.KILLED)


def test_a_task_that_ends_after_its_run_was_stopped_is_counted(runs: RunTable, tasks: TaskTable) -> None:
    tasks.settle(JOB, RUN.id, 0, SUCCESS, NOW)
    runs.settle(JOB, RUN.id, Outcome(status=RunStatus.FAILED, reason=Reason.STOPPED), NOW)
    assert tasks.settle(JOB, RUN.id, 1, FAILURE, NOW)
    assert (current(runs).succeeded_tasks, list(current(runs).failed_tasks)) == (1, [1])
    assert current(runs).status is RunStatus.FAILED


def test_numbers_that_came_with_the_end_of_the_run_are_final(runs: RunTable, tasks: TaskTable) -> None:
    tasks.settle(JOB, RUN.id, 1, FAILURE, NOW)
    runs.settle(JOB, RUN.id, replace(SUCCESS, succeeded_tasks=4, failed_tasks=frozenset({1})), NOW)
    for index, outcome in ((0, SUCCESS), (2, FAILURE)):
        assert tasks.settle(JOB, RUN.id, index, outcome, NOW)
        assert not tasks.settle(JOB, RUN.id, index, outcome, NOW)
        assert one(tasks, index).status is outcome.status
    assert (current(runs).succeeded_tasks, list(current(runs).failed_tasks)) == (4, [1])


def test_a_run_without_failed_tasks(runs: RunTable, tasks: TaskTable) -> None:
    assert runs.settle(JOB, RUN.id, replace(SUCCESS, succeeded_tasks=5), NOW)
    assert tasks.settle(JOB, RUN.id, 0, SUCCESS, NOW)
    assert (current(runs).succeeded_tasks, current(runs).failed_tasks) == (5, frozenset())


def test_nothing_is_kept_of_tasks_without_a_run(tasks: TaskTable, table: Table) -> None:
    table.delete(run_key(JOB, RUN.id), "attribute_exists(PK)")
    assert not tasks.track(report(1, TaskStatus.RUNNING, 3))
    assert not tasks.settle(JOB, RUN.id, 1, SUCCESS, NOW)
    assert tasks.get(JOB, RUN.id, 1) is None


def test_tasks_are_kept_longer_than_a_run_that_ends_with_them(runs: RunTable, table: Table, tasks: TaskTable) -> None:
    tasks.track(report(1, TaskStatus.RUNNING, 3))
    tasks.settle(JOB, RUN.id, 1, SUCCESS, NOW)
    tasks.settle(JOB, RUN.id, 2, SUCCESS, NOW)
    week = timedelta(days=7)
    for index in (1, 2):
        item = table.get(task_key(JOB, RUN.id, index))
        assert item is not None
        assert item["expiresAt"] == (NOW + timedelta(days=30) + week).timestamp()
    long = replace(SEVERAL, id="20260102030405b", plan=replace(SEVERAL.plan, keep_seconds=60, timeout=10**6))
    runs.put(long, None)
    tasks.track(replace(report(1, TaskStatus.RUNNING, 3), run_id=long.id))
    tasks.settle(JOB, long.id, 1, SUCCESS, NOW)
    item = table.get(task_key(JOB, long.id, 1))
    assert item is not None
    assert item["expiresAt"] == NOW.timestamp() + 60 + 10**6


def test_tasks_are_deleted_with_their_run_and_with_their_job(runs: RunTable, jobs: JobTable, tasks: TaskTable) -> None:
    other = replace(SEVERAL, id=RUN.id + "b")
    runs.put(other, None)
    for run_id in (RUN.id, other.id):
        tasks.settle(JOB, run_id, 1, SUCCESS, NOW - timedelta(seconds=1))
        runs.settle(JOB, run_id, SUCCESS, NOW)
    assert runs.delete(current(runs), NOW)
    assert (tasks.get(JOB, RUN.id, 1), one_of(tasks, other.id)) == (None, RunStatus.SUCCESS)
    delete(jobs, make_job())
    assert one_of(tasks, other.id) is None


def one_of(tasks: TaskTable, run_id: str) -> RunStatus | None:
    task = tasks.get(JOB, run_id, 1)
    return task.status if task else None
