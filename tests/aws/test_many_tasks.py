"""A run of 10,000 tasks, as many as one may have: what its item takes, and its pages."""

from dataclasses import replace
from typing import Any

import pytest

from functions.aws.table.run_items import attempt_values
from functions.aws.table.runs import RunTable
from functions.aws.table.table import Table, pack, run_key
from functions.aws.table.tasks import TaskTable, task_key
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.page import PageRequest
from functions.jobs.model.run import Attempt, RunStatus, TaskStatus
from tests.aws.conftest import NOW, PLAN, RUN, walk

pytestmark = pytest.mark.slow

JOB, COUNT, GOOD = "team.job", 10_000, 77


def size(value: dict[str, Any]) -> int:
    """DynamoDB Developer Guide, "DynamoDB item sizes and formats"."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return (len(content) + 1) // 2 + 1
        case "NS":
            return sum(size({"N": number}) + 1 for number in content) + 3
        case "M":
            return sum(len(name) + size(inner) + 1 for name, inner in content.items()) + 3
    return 1


@pytest.fixture
def tasks(runs: RunTable, table: Table) -> TaskTable:
    """The worst case: all of the tasks but one have failed, each with an attempt; the last one is about to."""
    runs.put(replace(RUN, plan=replace(PLAN, task_count=COUNT)), None)
    attempt = Attempt(number=1, version=5, task_arn="arn:task/1", status=TaskStatus.FAILED)
    values = {"status": RunStatus.FAILED, "attempt1": attempt_values(attempt)}
    there = [{**task_key(JOB, RUN.id, index), **values} for index in range(COUNT)]
    there[GOOD]["status"] = RunStatus.SUCCESS
    for start in range(0, COUNT, 25):
        puts: list[Any] = [{"PutRequest": {"Item": pack(item)}} for item in there[start : start + 25]]
        table.client().batch_write_item(RequestItems={table.name: puts})
    failed = pack({":failed": set(range(COUNT - 1)) - {GOOD}})
    key = run_key(JOB, RUN.id)
    table.update(key, "SET failedTasks = :failed", "attribute_exists(PK)", ExpressionAttributeValues=failed)
    return TaskTable(table, 30)


def test_ten_thousand_tasks(runs: RunTable, tasks: TaskTable, table: Table) -> None:
    assert tasks.settle(JOB, RUN.id, COUNT - 1, Outcome(status=RunStatus.FAILED), NOW)
    run = runs.get(JOB, RUN.id)
    assert run is not None
    assert run.failed_tasks == set(range(COUNT)) - {GOOD}
    item = table.client().get_item(TableName=table.name, Key=pack(run_key(JOB, RUN.id)))["Item"]
    assert size({"M": item}) < 45 * 1024, "an item may have 400 KB"

    first = tasks.page(JOB, RUN.id, PageRequest(limit=100), list(RunStatus))
    assert [task.index for task in first.items] == list(range(100))
    second = tasks.page(JOB, RUN.id, PageRequest(limit=100, cursor=first.cursor), [RunStatus.FAILED])
    assert [task.index for task in second.items] == list(range(100, 200))
    (only,) = walk(lambda request: tasks.page(JOB, RUN.id, request, [RunStatus.SUCCESS]), 100)
    assert only.index == GOOD
