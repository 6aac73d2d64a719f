"""The tasks of runs that have several, as items of the table, and back."""

from datetime import datetime, timedelta
from typing import Any

from functions.aws.job_items import moment_of
from functions.aws.run_items import attempt_of
from functions.aws.table import Item
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.run import Reason, RunStatus
from functions.jobs.model.task import IndexedTask

# A run has it whose own end has told how many of its tasks failed: those numbers are final.
COUNTED = "tasksCounted"
_ATTEMPT = "attempt"
# The end of a run is not known while its tasks end: they are kept for that much longer than the run, or for as much as
# the run may last. The run itself says what it is: tasks without it are not shown.
_LONGEST = timedelta(days=7)


def task_prefix(run_id: str) -> str:
    """What the sort keys of a run's tasks begin with."""
    return f"TASK#{run_id}#"


def task_key(job_id: str, run_id: str, index: int) -> dict[str, str]:
    """The key of a task: those of a run sort by index."""
    return {"PK": f"JOB#{job_id}", "SK": f"{task_prefix(run_id)}{index:05d}"}


def attempt_name(number: int) -> str:
    """The attribute that has an attempt. Each has one of its own: the first news of a task makes its item."""
    return f"{_ATTEMPT}{number}"


def end_values(outcome: Outcome, now: datetime) -> dict[str, Any]:
    """What a task has once it has ended for good."""
    values = {
        "status": outcome.status,
        "reason": outcome.reason,
        "message": outcome.message,
        "exitCode": outcome.exit_code,
        "completedAt": now.isoformat(),
    }
    return {name: value for name, value in values.items() if value is not None}


def final_counts(outcome: Outcome) -> dict[str, Any]:
    """What the end of a run with several tasks says of them, for the run; empty if it does not say."""
    if outcome.succeeded_tasks is None:
        return {}
    failed = {"failedTasks": outcome.failed_tasks} if outcome.failed_tasks else {}
    return {COUNTED: True, "succeededTasks": outcome.succeeded_tasks} | failed


def expiry(plan: Item, clock: float, retention: timedelta) -> int:
    """When a task of which there is news now may be forgotten."""
    keep, longest = plan.get("keep_seconds", retention.total_seconds()), _LONGEST.total_seconds()
    return int(clock + keep + max(longest, plan.get("timeout", 0)))


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
