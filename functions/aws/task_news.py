"""What is heard of the tasks of runs that have several: where an attempt stands, and so the task and the run."""

from datetime import timedelta

from functions.aws.run_items import attempt_values, run_key
from functions.aws.table import Item, Table, pack
from functions.aws.task_items import attempt_name, expiry, task_key
from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.model.run import RunStatus, TaskStatus

_NEWER = "(attribute_not_exists(#attempt) OR #attempt.#version < :version)"
_NOTE = "SET #attempt = :attempt, expiresAt = :expires, createdAt = if_not_exists(createdAt, :created)"
_WANTED: Item = {
    "ProjectionExpression": "#status, createdAt, #plan.keep_seconds, #plan.#timeout",
    "ExpressionAttributeNames": {"#status": "status", "#plan": "plan", "#timeout": "timeout"},
}
_EARLIER = {RunStatus.STARTING: (RunStatus.INITIAL,), RunStatus.ACTIVE: (RunStatus.INITIAL, RunStatus.STARTING)}


def note(table: Table, report: TaskReport, retention: timedelta) -> bool:
    """Note how an attempt stands; False if newer news, or no such run, is there already.

    Reading the run first spares writing to it: of each task there is news half a dozen times, and most of it moves
    no run. Also news that was heard before moves it: the last time may have ended before that.
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
    # The task has ended: its status is final, but how its attempt ended is still worth noting.
    return table.update(key, _NOTE, _NEWER, **known) is None
