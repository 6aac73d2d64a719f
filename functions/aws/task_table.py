"""The tasks of runs that have several: an item each, and their numbers in the run.

The run's item has the indexes of failed tasks as a set of numbers. DynamoDB Developer Guide, "DynamoDB item sizes and
formats": a number of four digits takes 3 bytes, and 1 as an element: 10,000 of them 40 KB of the 400 KB that an item
may have. A failure writes the item anew: 120 write units at the worst, twice 40 as part of a transaction and 40 in
GSI1, of the 1,000 a second that an item may take. Should thousands fail faster, writes are throttled and tried again.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from functions.aws.pages import key_of, page
from functions.aws.run_items import attempt_values, run_key
from functions.aws.table import CancelledError, Operation, Table, pack
from functions.aws.task_items import COUNTED, attempt_name, end_values, expiry, task_key, task_of, task_prefix
from functions.aws.task_news import note
from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.page import Page, PageWish
from functions.jobs.model.run import RunStatus
from functions.jobs.model.task import IndexedTask


class TaskTable:
    """Implements functions.jobs.ports.runs.TaskStore."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def get(self, job_id: str, run_id: str, index: int) -> IndexedTask | None:
        """The task; None if it has not begun."""
        item = self._table.get(task_key(job_id, run_id, index))
        return task_of(item) if item else None

    def page(self, job_id: str, run_id: str, wish: PageWish, statuses: Collection[RunStatus]) -> Page[IndexedTask]:
        """The tasks of a run that have begun, by index; raises InvalidTokenError."""
        values = {":job": f"JOB#{job_id}", ":run": task_prefix(run_id)}
        query: dict[str, Any] = {"KeyConditionExpression": "PK = :job AND begins_with(SK, :run)"}
        if len(wanted := {f":status{n}": status for n, status in enumerate(sorted(statuses))}) < len(RunStatus):
            values |= wanted
            query["FilterExpression"] = f"#status IN ({', '.join(wanted)})"
            query["ExpressionAttributeNames"] = {"#status": "status"}
        query |= {"ExpressionAttributeValues": pack(values), "ConsistentRead": True}
        return page(self._table, wish, task_of, key_of("PK", "SK"), **query)

    def track(self, report: TaskReport) -> bool:
        """Note how an attempt stands; False if newer news, or no such run, is there already."""
        return note(self._table, report, self._retention)

    def settle(self, job_id: str, run_id: str, index: int, outcome: Outcome, now: datetime) -> bool:
        """Finish a task and count it in its run, in one transaction; False if that was done before, or no run is there.

        Also after the end of the run, as of one that was stopped; unless that end has told the numbers itself.
        """
        finish = self._finish(job_id, run_id, index, outcome, now)
        try:
            self._table.transact({"task": finish, "run": _count(job_id, run_id, index, outcome)})
        except CancelledError as cancelled:
            if "task" in cancelled.failed or COUNTED not in cancelled.failed["run"]:
                return False
            return self._finish_alone(job_id, run_id, finish)
        return True

    def _finish_alone(self, job_id: str, run_id: str, finish: Operation) -> bool:
        there = {"Key": pack(run_key(job_id, run_id)), "ConditionExpression": "attribute_exists(PK)"}
        try:
            self._table.transact({"task": finish, "run": ("ConditionCheck", there)})
        except CancelledError:
            return False
        return True

    def _finish(self, job_id: str, run_id: str, index: int, outcome: Outcome, now: datetime) -> Operation:
        known = end_values(outcome, now)
        if outcome.attempt:
            known[attempt_name(outcome.attempt.number)] = attempt_values(outcome.attempt)
        firsts = {"createdAt": now.isoformat(), "expiresAt": expiry({}, self._table.clock(), self._retention)}
        sets = [f"#{name} = :{name}" for name in known]
        sets += [f"#{name} = if_not_exists(#{name}, :{name})" for name in firsts]
        return "Update", {
            "Key": pack(task_key(job_id, run_id, index)),
            "UpdateExpression": f"SET {', '.join(sets)}",
            "ConditionExpression": "attribute_not_exists(completedAt)",
            "ExpressionAttributeNames": {f"#{name}": name for name in known | firsts},
            "ExpressionAttributeValues": pack({f":{name}": value for name, value in (known | firsts).items()}),
        }


def delete_tasks(table: Table, job_id: str, run_id: str) -> None:
    """Delete the tasks of a deleted run; should it fail half way, they go by themselves, and nobody sees them."""
    items = table.query(
        KeyConditionExpression="PK = :job AND begins_with(SK, :run)",
        ExpressionAttributeValues=pack({":job": f"JOB#{job_id}", ":run": task_prefix(run_id)}),
        ProjectionExpression="PK, SK",
        ConsistentRead=True,
    )
    table.delete_all([{"PK": item["PK"], "SK": item["SK"]} for item in items])


def _count(job_id: str, run_id: str, index: int, outcome: Outcome) -> Operation:
    success = outcome.status is RunStatus.SUCCESS
    values: dict[str, Any] = {":it": 1 if success else {index}}
    return "Update", {
        "Key": pack(run_key(job_id, run_id)),
        "UpdateExpression": f"ADD {'succeededTasks' if success else 'failedTasks'} :it",
        "ConditionExpression": f"attribute_exists(PK) AND attribute_not_exists({COUNTED})",
        "ExpressionAttributeValues": pack(values),
    }
