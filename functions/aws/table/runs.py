"""Runs in the table: put once, updated by the reports of AWS, settled once, deleted."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from functions.aws.table.devices import delete_devices
from functions.aws.table.firings import skip_item
from functions.aws.table.idempotency import remember, used
from functions.aws.table.job_items import NO_LONGER_WAITING
from functions.aws.table.pages import cursor_of
from functions.aws.table.run_ends import correct_end, count_as_success, count_end, end_run, settled_place
from functions.aws.table.run_items import ACTIVE, IS_ACTIVE, attempt_values, item_of, plan_of, run_of
from functions.aws.table.run_lists import active, cut_short, newest, page_of_runs, settled, surplus
from functions.aws.table.table import (
    CancelledError,
    Operation,
    Table,
    job_key,
    no_item,
    pack,
    run_key,
    skip_key,
    state_key,
)
from functions.aws.table.tasks import delete_tasks
from functions.jobs.model.ecs_task import TaskReport
from functions.jobs.model.firing import Firing, Skip, SkipReason
from functions.jobs.model.idempotency import IdempotencyKey
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.run import Run, RunStatus, TaskStatus
from functions.jobs.ports.runs import BusyError, Claim, RunExistsError, RunFilter, StalePlanError

_HISTORY = 1000  # finished runs that a job's history shows, as Metronome does by default
_CONDITION_OF = {
    Claim.ANY: "attribute_exists(PK)",
    Claim.ALONE: "attribute_exists(PK) AND attribute_not_exists(active)",
    Claim.FIRST: "attribute_exists(PK) AND attribute_not_exists(active) AND attribute_not_exists(queued)",
    Claim.WAITING: "attribute_not_exists(active) AND queued.runId = :id",
}


class RunTable:
    """Implements functions.jobs.ports.runs.RunStore. Finished runs are kept for `retention_days`."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def get(self, job_id: str, run_id: str) -> Run | None:
        """The run, or None."""
        item = self._table.get(run_key(job_id, run_id))
        return run_of(item) if item else None

    def get_all(self, keys: Iterable[tuple[str, str]]) -> list[Run]:
        """Those of the runs (job id, run id) that exist, newest first."""
        items = self._table.get_all([run_key(*key) for key in keys])
        return sorted((run_of(item) for item in items), key=lambda run: run.id, reverse=True)

    def put(self, run: Run, key: IdempotencyKey | None, claim: Claim = Claim.ANY) -> None:
        """Put a new run and add it to the active runs in its job's state, if the job still has the run's launch plan.

        Raises StalePlanError if the job has another plan or is gone, KeyUsedError, RunExistsError, and BusyError if
        the state does not allow the claim or the firing was skipped.
        """
        self._put(run, key, claim, latest=True)

    def _put(self, run: Run, key: IdempotencyKey | None, claim: Claim, *, latest: bool) -> None:
        operations = {
            "job": _same_plan(run),
            "run": ("Put", {"Item": pack(item_of(run)), "ConditionExpression": "attribute_not_exists(PK)"}),
            "state": _enter(run, claim, latest=latest),
        }
        if run.schedule_id is not None:
            operations["skip"] = no_item(skip_key(run.job_id, run.id))
        if key is not None:
            operations["key"] = remember(key, run.id, run.created_at)
        try:
            self._table.transact(operations)
        except CancelledError as cancelled:
            failed = cancelled.failed
            if "job" in failed and not failed["job"]:
                raise StalePlanError(None) from cancelled
            if "key" in failed:
                raise used(failed["key"]) from cancelled
            if "run" in failed:
                raise RunExistsError from cancelled
            if "job" in failed:
                raise StalePlanError(plan_of(failed["job"]["plan"])) from cancelled
            if latest and failed.get("state", {}).get("lastStartedAt", "") > run.created_at.isoformat():
                return self._put(run, key, claim, latest=False)  # this function was slow: a later run was put first
            raise BusyError from cancelled

    def active(self, group: str | None) -> Iterable[Run]:
        """The active runs of the deployment, or of a group and its subgroups, oldest first."""
        return active(self._table, group)

    def page(self, request: PageRequest, wanted: RunFilter) -> Page[Run]:
        """Runs newest first; raises InvalidTokenError."""
        found = page_of_runs(self._table, request, wanted)
        return Page(self.get_all(found.items), found.cursor)

    def cursor_after(self, job_id: str, run_id: str) -> str:
        """The cursor of the page of a job's runs that begins after this run."""
        return cursor_of(run_key(job_id, run_id))

    def finished(self, job_id: str, since: datetime) -> list[Run]:
        """The finished runs of a job that were created at `since` or later, newest first, at most 1000."""
        runs = (run for run in newest(self._table, job_id) if not run.is_active and run.created_at >= since)
        return list(islice(runs, _HISTORY))

    def surplus(self, job_id: str, status: RunStatus, kept: int) -> list[str]:
        """The ids of a job's runs with this status, oldest first, without the newest `kept`."""
        return surplus(self._table, job_id, status, kept)

    def settled(self, since: datetime, until: datetime) -> dict[str, datetime]:
        """The ids of the jobs that had a run settled between these times, each with the time of its first one."""
        return settled(self._table, since, until)

    def settle(self, job_id: str, run_id: str, outcome: Outcome, now: datetime) -> bool:
        """Finish a run and count it in its job's state, in one transaction; False if that was done before."""
        # The table compares times as texts, and botocore returns times in the machine's time zone.
        now = now.astimezone(UTC)
        place = settled_place(job_id, self._table.clock())
        for latest in (True, False):  # if a later run has ended already, this one is counted but is not the last one
            finish = end_run(run_key(job_id, run_id), outcome, now, place, self._retention)
            try:
                self._table.transact({"run": finish, "state": count_end(run_id, job_id, outcome, now, latest=latest)})
            except CancelledError as cancelled:
                if "run" in cancelled.failed:
                    return False
            else:
                return True
        return False

    def correct_stop(self, job_id: str, run_id: str, outcome: Outcome, now: datetime) -> bool:
        """Let the end that a run's execution had take the place of STOPPED; False if the run is not STOPPED."""
        now = now.astimezone(UTC)
        place = settled_place(job_id, self._table.clock())
        operations = {"run": correct_end(run_key(job_id, run_id), outcome, now, place)}
        if outcome.status is RunStatus.SUCCESS:
            operations["state"] = count_as_success(job_id)
        try:
            self._table.transact(operations)
        except CancelledError:
            return False
        return True

    def cut_short(self, since: datetime, until: datetime) -> Iterable[Run]:
        """Runs that were settled between these times although their ECS tasks may have been running."""
        return cut_short(self._table, since, until)

    def track(self, report: TaskReport) -> bool:
        """Keep the state of an attempt; False if the table has newer news, or no such run."""
        attempt = report.attempt
        status = RunStatus.STARTING if attempt.status is TaskStatus.STARTING else RunStatus.ACTIVE
        names = {"#n": str(attempt.number), "#status": "status", "#version": "version"}
        values = {":attempt": attempt_values(attempt), ":version": attempt.version}
        newer = "attribute_exists(PK) AND (attribute_not_exists(attempts.#n) OR attempts.#n.#version < :version)"
        key = run_key(report.job_id, report.run_id)
        current = self._table.update(
            key,
            "SET attempts.#n = :attempt, #status = :status",
            f"{newer} AND {IS_ACTIVE}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=pack(values | ACTIVE | {":status": status}),
        )
        if not current or run_of(current).is_active:
            return current is None
        # The run is settled and its status is final, but the end of its attempt is still kept.
        del names["#status"]
        late = self._table.update(
            key,
            "SET attempts.#n = :attempt",
            newer,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=pack(values),
        )
        return late is None

    def delete(self, run: Run, now: datetime) -> bool:
        """Delete a run; False if it is active.

        The run of a firing leaves a skip. Without it, a repeated delivery of the firing would start a new run.
        """
        ended = {
            "Key": pack(run_key(run.job_id, run.id)),
            "ConditionExpression": f"NOT {IS_ACTIVE}",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": pack(ACTIVE),
        }
        operations: dict[str, Operation] = {"run": ("Delete", ended)}
        if run.schedule_id is not None and run.scheduled_at:
            firing = Firing(job_id=run.job_id, schedule_id=run.schedule_id, scheduled_at=run.scheduled_at)
            skip = Skip(occasion=firing, skipped_at=now, reason=SkipReason.WITHDRAWN, message="The run was deleted.")
            operations["skip"] = "Put", {"Item": pack(skip_item(skip, self._retention))}
        try:
            self._table.transact(operations)
        except CancelledError:
            return False
        if run.plan.task_count > 1:
            delete_tasks(self._table, run.job_id, run.id)
        if run.plan.fleet:
            delete_devices(self._table, run.job_id, run.id)
        return True


def _same_plan(run: Run) -> Operation:
    return "ConditionCheck", {
        "Key": pack(job_key(run.job_id)),
        "ConditionExpression": "#plan.task_definition = :arn",  # each revision has its own
        "ExpressionAttributeNames": {"#plan": "plan"},
        "ExpressionAttributeValues": pack({":arn": run.plan.task_definition}),
    }


def _enter(run: Run, claim: Claim, *, latest: bool) -> Operation:
    """Add the run to the active runs in its job's state; `latest`: on condition that no later run was put."""
    kept = {"successes": run.plan.keep_successes, "failures": run.plan.keep_failures}
    values: dict[str, Any] = {":run": {run.id}, ":kept": kept}
    sets, taken, condition = "kept = :kept", "", _CONDITION_OF[claim]
    if latest:
        values[":now"], sets = run.created_at.isoformat(), f"lastStartedAt = :now, {sets}"
        condition += " AND (attribute_not_exists(lastStartedAt) OR lastStartedAt <= :now)"
    if claim is Claim.WAITING:
        values[":id"], taken = run.id, NO_LONGER_WAITING
    return "Update", {
        "Key": pack(state_key(run.job_id)),
        "UpdateExpression": f"SET {sets} {taken} ADD active :run",
        "ConditionExpression": condition,
        "ExpressionAttributeValues": pack(values),
    }
