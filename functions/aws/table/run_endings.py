"""The end of a run in the table: the run has it, its job's state counts it, and the sweep finds it by its time.

Source: DynamoDB Developer Guide, "Using update expressions": SET takes if_not_exists and a sum.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.aws.table.job_items import state_key
from functions.aws.table.run_items import ACTIVE, IS_ACTIVE, attempt_values, end_values, final_counts, item_of
from functions.aws.table.table import Operation, pack
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Run, RunStatus

SETTLED = "SETTLED"  # the partition of GSI1 that has the finished runs by the time at which that was noted


def settled_place(job_id: str, clock: float) -> dict[str, str]:
    """Where GSI1 has a finished run."""
    return {"GSI1PK": SETTLED, "GSI1SK": f"{datetime.fromtimestamp(clock, UTC).isoformat()}#{job_id}"}


def end(run: dict[str, str], outcome: Outcome, now: datetime, place: dict[str, str], keep: timedelta) -> Operation:
    """Finish an active run, by its key; it is kept as its plan says, else for `keep`."""
    known = end_values(outcome, now) | place | final_counts(outcome)
    sets = [f"#{name} = :{name}" for name in known]
    sets.append("expiresAt = if_not_exists(#plan.keep_seconds, :keep) + :ended")
    names = {f"#{name}": name for name in known} | {"#plan": "plan"}
    values = {f":{name}": value for name, value in known.items()}
    values |= {":keep": int(keep.total_seconds()), ":ended": int(now.timestamp())}
    if outcome.attempt:
        sets.append("attempts.#n = :attempt")
        names["#n"] = str(outcome.attempt.number)
        values[":attempt"] = attempt_values(outcome.attempt)
    return "Update", {
        "Key": pack(run),
        "UpdateExpression": f"SET {', '.join(sets)}",
        "ConditionExpression": f"attribute_exists(PK) AND {IS_ACTIVE}",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": pack(values | ACTIVE),
    }


def count(run_id: str, job_id: str, outcome: Outcome, now: datetime, *, latest: bool) -> Operation:
    """Count the end in the job's state; `latest`: on condition that no run of its kind ended later."""
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
    """A run that ended when it was put, as an item: it is in no list of active ones."""
    seconds = keep.total_seconds() if run.plan.keep_seconds is None else run.plan.keep_seconds
    expires = {"expiresAt": int(run.created_at.timestamp() + seconds)}
    return item_of(run) | end_values(outcome, run.created_at) | settled_place(run.job_id, clock) | expires
