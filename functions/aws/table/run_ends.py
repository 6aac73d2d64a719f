"""The ends of runs in the table: the attributes that they add, and the operations that write and count them.

Source: DynamoDB Developer Guide, "Using update expressions": SET takes if_not_exists and a sum.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.aws.table.run_items import ACTIVE, IS_ACTIVE, attempt_values, item_of
from functions.aws.table.table import Operation, pack, state_key
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Reason, Run, RunStatus

SETTLED = "SETTLED"  # the partition of GSI1 that lists finished runs by the time at which their end was written
# The attribute of a run whose own end has reported how many of its tasks failed: those numbers are final.
COUNTED = "tasksCounted"


def end_values(outcome: Outcome, now: datetime) -> dict[str, Any]:
    """The attributes that a run or a task gets when it has ended."""
    values = {
        "status": outcome.status,
        "reason": outcome.reason,
        "message": outcome.message,
        "exitCode": outcome.exit_code,
        "completedAt": now.isoformat(),
    }
    return {name: value for name, value in values.items() if value is not None}


def final_counts(outcome: Outcome) -> dict[str, Any]:
    """The numbers of succeeded and failed tasks that the end of a run reports; empty if it reports none."""
    if outcome.succeeded_tasks is None:
        return {}
    failed = {"failedTasks": outcome.failed_tasks} if outcome.failed_tasks else {}
    return {COUNTED: True, "succeededTasks": outcome.succeeded_tasks} | failed


def settled_place(job_id: str, clock: float) -> dict[str, str]:
    """The place of a finished run in GSI1; `clock` is the time in seconds at which the end is written."""
    return {"GSI1PK": SETTLED, "GSI1SK": f"{datetime.fromtimestamp(clock, UTC).isoformat()}#{job_id}"}


def end_run(run: dict[str, str], outcome: Outcome, now: datetime, place: dict[str, str], keep: timedelta) -> Operation:
    """Finish an active run, by its key. It is kept for as long as its plan says, else for `keep`."""
    sets, names, values = _end(outcome, now, place)
    sets.append("expiresAt = if_not_exists(#plan.keep_seconds, :keep) + :ended")
    values |= {":keep": int(keep.total_seconds()), ":ended": int(now.timestamp())}
    return "Update", {
        "Key": pack(run),
        "UpdateExpression": f"SET {', '.join(sets)}",
        "ConditionExpression": f"attribute_exists(PK) AND {IS_ACTIVE}",
        "ExpressionAttributeNames": names | {"#plan": "plan"},
        "ExpressionAttributeValues": pack(values | ACTIVE),
    }


def correct_end(run: dict[str, str], outcome: Outcome, now: datetime, place: dict[str, str]) -> Operation:
    """Let another end take the place of a stop that is in the item of a run, by its key."""
    sets, names, values = _end(outcome, now, place)
    absent = [name for name in ("reason", "message", "exitCode") if f"#{name}" not in names]
    names |= {f"#{name}": name for name in ("reason", *absent)}
    removed = f" REMOVE {', '.join(f'#{name}' for name in absent)}" if absent else ""
    return "Update", {
        "Key": pack(run),
        "UpdateExpression": f"SET {', '.join(sets)}{removed}",
        "ConditionExpression": "#reason = :stopped",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": pack(values | {":stopped": Reason.STOPPED}),
    }


def count_as_success(job_id: str) -> Operation:
    """Count a run of a job as a success that was counted as a failure."""
    return "Update", {
        "Key": pack(state_key(job_id)),
        "UpdateExpression": "ADD successes :one, failures :less",
        "ConditionExpression": "attribute_exists(PK)",
        "ExpressionAttributeValues": pack({":one": 1, ":less": -1}),
    }


def _end(outcome: Outcome, now: datetime, place: dict[str, str]) -> tuple[list[str], dict[str, str], dict[str, Any]]:
    """The assignments, names and values with which an update ends a run."""
    known = end_values(outcome, now) | place | final_counts(outcome)
    sets = [f"#{name} = :{name}" for name in known]
    names = {f"#{name}": name for name in known}
    values = {f":{name}": value for name, value in known.items()}
    if outcome.attempt:
        sets.append("attempts.#n = :attempt")
        names["#n"] = str(outcome.attempt.number)
        values[":attempt"] = attempt_values(outcome.attempt)
    return sets, names, values


def count_end(run_id: str, job_id: str, outcome: Outcome, now: datetime, *, latest: bool) -> Operation:
    """Count the end in the job's state; `latest`: on condition that no run with the same status ended later."""
    success = outcome.status is RunStatus.SUCCESS
    counter, last = ("successes", "lastSuccess") if success else ("failures", "lastFailure")
    values: dict[str, Any] = {":one": 1, ":run": {run_id}}
    expression, condition = f"ADD {counter} :one DELETE active :run", "attribute_exists(PK)"
    if latest:
        values |= {":now": now.isoformat(), ":id": run_id}
        expression = f"SET {last}At = :now, {last}Run = :id {expression}"
        condition += f" AND (attribute_not_exists({last}At) OR {last}At <= :now)"
    return "Update", {
        "Key": pack(state_key(job_id)),
        "UpdateExpression": expression,
        "ConditionExpression": condition,
        "ExpressionAttributeValues": pack(values),
    }


def ended_item(run: Run, outcome: Outcome, clock: float, keep: timedelta) -> dict[str, Any]:
    """The item of a run that failed before it could start. It is never in the list of active runs."""
    seconds = keep.total_seconds() if run.plan.keep_seconds is None else run.plan.keep_seconds
    expires = {"expiresAt": int(run.created_at.timestamp() + seconds)}
    return item_of(run) | end_values(outcome, run.created_at) | settled_place(run.job_id, clock) | expires
