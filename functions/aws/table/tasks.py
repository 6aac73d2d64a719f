"""Tasks in the table, for runs that have several: one item for each task, counted in its run when it ends."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from functions.aws.table.pages import key_of, page
from functions.aws.table.run_ends import COUNTED, end_values
from functions.aws.table.run_items import attempt_of, attempt_values, expiry
from functions.aws.table.table import CancelledError, Item, Operation, Table, moment_of, pack, run_key
from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.run import IndexedTask, Reason, RunStatus, TaskStatus

_NEWER = "(attribute_not_exists(#attempt) OR #attempt.#version < :version)"
_NOTE = "SET #attempt = :attempt, expiresAt = :expires, createdAt = if_not_exists(createdAt, :created)"
_WANTED: Item = {
    "ProjectionExpression": "#status, createdAt, #plan.keep_seconds, #plan.#timeout",
    "ExpressionAttributeNames": {"#status": "status", "#plan": "plan", "#timeout": "timeout"},
}
_EARLIER = {RunStatus.STARTING: (RunStatus.INITIAL,), RunStatus.ACTIVE: (RunStatus.INITIAL, RunStatus.STARTING)}
_ATTEMPT = "attempt"


def task_prefix(run_id: str) -> str:
    """The beginning of the sort keys of a run's tasks."""
    return f"TASK#{run_id}#"


def task_key(job_id: str, run_id: str, index: int) -> dict[str, str]:
    """The key of a task. The tasks of a run sort by index."""
    return {"PK": f"JOB#{job_id}", "SK": f"{task_prefix(run_id)}{index:05d}"}


def attempt_name(number: int) -> str:
    """The attribute of an attempt.

    An update cannot add to a map that does not exist, and the first news of a task creates its item. So each attempt
    is an attribute of its own.
    """
    return f"{_ATTEMPT}{number}"


def task_of(item: Item) -> IndexedTask:
    """The task in an item."""
    attempts = {int(name.removeprefix(_ATTEMPT)): item[name] for name in item if name.startswith(_ATTEMPT)}
    return IndexedTask(
        index=int(item["SK"].rsplit("#", 1)[-1]),
        status=RunStatus(item["status"]),
        attempts={number: attempt_of(number, values) for number, values in attempts.items()},
        reason=Reason(item["reason"]) if "reason" in item else None,
        message=item.get("message"),
        exit_code=item.get("exitCode"),
        completed_at=moment_of(item, "completedAt"),
    )


def note(table: Table, report: TaskReport, retention: timedelta) -> bool:
    """Keep the state of an attempt, and move its run forward; False if the table has newer news, or no such run.

    The run is read first, because most of the half dozen reports of a task do not change its status. A repeated
    report still moves the run: the earlier call may have failed before it did.
    """
    key = run_key(report.job_id, report.run_id)
    run = table.get(key, **_WANTED)
    if run is None:
        return False
    starting = report.attempt.status is TaskStatus.STARTING
    status = RunStatus.STARTING if starting else RunStatus.ACTIVE
    if run["status"] in _EARLIER[status]:
        _move(table, key, status)
    values = {
        ":attempt": attempt_values(report.attempt),
        ":version": report.attempt.version,
        ":created": run["createdAt"],
        ":expires": expiry(run.get("plan", {}), table.clock(), retention),
    }
    return _note(table, report, status, values)


def _move(table: Table, run: dict[str, str], status: RunStatus) -> None:
    earlier = {f":earlier{n}": one for n, one in enumerate(_EARLIER[status])}
    table.update(
        run,
        "SET #status = :status",
        f"#status IN ({', '.join(earlier)})",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues=pack(earlier | {":status": status}),
    )


def _note(table: Table, report: TaskReport, status: RunStatus, values: Item) -> bool:
    key = task_key(report.job_id, report.run_id, report.index)
    names = {"#attempt": attempt_name(report.attempt.number), "#version": "version"}
    current = table.update(
        key,
        f"{_NOTE}, #status = :status",
        f"{_NEWER} AND attribute_not_exists(completedAt)",
        ExpressionAttributeNames=names | {"#status": "status"},
        ExpressionAttributeValues=pack(values | {":status": status}),
    )
    if not current or "completedAt" not in current:
        return current is None
    known = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": pack(values)}
    # The task has ended and its status is final, but the end of its attempt is still kept.
    return table.update(key, _NOTE, _NEWER, **known) is None


class TaskTable:
    """Implements functions.jobs.ports.runs.TaskStore."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def get(self, job_id: str, run_id: str, index: int) -> IndexedTask | None:
        """The task; None if it has not begun."""
        item = self._table.get(task_key(job_id, run_id, index))
        return task_of(item) if item else None

    def page(
        self, job_id: str, run_id: str, request: PageRequest, statuses: Collection[RunStatus]
    ) -> Page[IndexedTask]:
        """The tasks of a run that have begun, by index; raises InvalidTokenError."""
        values = {":job": f"JOB#{job_id}", ":run": task_prefix(run_id)}
        query: dict[str, Any] = {"KeyConditionExpression": "PK = :job AND begins_with(SK, :run)"}
        if len(wanted := {f":status{n}": status for n, status in enumerate(sorted(statuses))}) < len(RunStatus):
            values |= wanted
            query["FilterExpression"] = f"#status IN ({', '.join(wanted)})"
            query["ExpressionAttributeNames"] = {"#status": "status"}
        query |= {"ExpressionAttributeValues": pack(values), "ConsistentRead": True}
        return page(self._table, request, task_of, key_of("PK", "SK"), **query)

    def track(self, report: TaskReport) -> bool:
        """Keep the state of an attempt; False if the table has newer news, or no such run."""
        return note(self._table, report, self._retention)

    def settle(self, job_id: str, run_id: str, index: int, outcome: Outcome, now: datetime) -> bool:
        """Finish a task and count it in its run, in one transaction; False if that was done before, or there is no run.

        A task is counted after the end of its run too, as of a stopped run. If the end of the run has reported the
        numbers itself, the task is only finished.
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
        exists = {"Key": pack(run_key(job_id, run_id)), "ConditionExpression": "attribute_exists(PK)"}
        try:
            self._table.transact({"task": finish, "run": ("ConditionCheck", exists)})
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
    """Delete the tasks of a deleted run. If this fails half way, the rest expires, and the API does not show it."""
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
