"""Firings in the table: what decides over one, those that were skipped or missed, the one that waits."""

from datetime import timedelta
from typing import Any

from functions.aws.firing_items import queued_values, skip_item, skip_key, skip_of
from functions.aws.group_table import group_key, group_of
from functions.aws.job_items import job_key, job_of, state_key, state_of
from functions.aws.pages import key_of, page
from functions.aws.run_items import ended_item, run_key, run_of
from functions.aws.table import CancelledError, Operation, Table, no_item, pack
from functions.jobs.firing import Firing, Skip
from functions.jobs.groups import DEPLOYMENT, Group, groups_of
from functions.jobs.job import Job, JobState
from functions.jobs.outcome import Outcome
from functions.jobs.ports import BusyError, Page, PageWish, Situation
from functions.jobs.run import Run


class FiringTable:
    """Implements functions.jobs.ports.FiringStore. What they leave is kept for `retention_days`."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def situation(self, firing: Firing) -> Situation:
        """All that decides over the firing, in one read."""
        keys = [job_key(firing.job_id), state_key(firing.job_id), _run_key(firing), _skip_key(firing)]
        group_keys = [group_key(group) for group in (DEPLOYMENT, *groups_of(firing.job_id))]
        items = {(item["PK"], item["SK"]): item for item in self._table.get_all(keys + group_keys)}
        job, state, run, skip, *groups = (items.get((key["PK"], key["SK"])) for key in keys + group_keys)
        found = job_of(job) if job else None
        return Situation(
            job=found,
            state=state_of(state) if state else JobState(),
            run=run_of(run) if run else None,
            skipped=skip is not None,
            pause=_pause(found, [group_of(group) for group in groups if group]),
        )

    def skip(self, skip: Skip, *, waiting: bool) -> None:
        """Note a skip and count it, once; `waiting`: it was the firing that waits. Raises BusyError."""
        there, one = "attribute_exists(PK)", {":one": 1}
        state = _state(skip.firing, "ADD skips :one", there, one)
        if waiting:
            mine = one | {":id": skip.firing.run_id}
            state = _state(skip.firing, "REMOVE queued ADD skips :one", "queued.runId = :id", mine)
        self._write({"skip": self._put_skip(skip), "run": no_item(_run_key(skip.firing)), "state": state})

    def miss(self, firing: Firing, run: Run, outcome: Outcome) -> None:
        """Put a run that has failed before it could start, and count it. Raises BusyError."""
        item = ended_item(run, outcome, self._retention)
        values = {":now": run.created_at.isoformat(), ":id": run.id, ":one": 1}
        expression = "SET lastFailureAt = :now, lastFailureRun = :id ADD failures :one"
        self._write(
            {
                "run": ("Put", {"Item": pack(item), "ConditionExpression": "attribute_not_exists(PK)"}),
                "skip": no_item(_skip_key(firing)),
                "state": _state(firing, expression, "attribute_exists(PK)", values),
            }
        )

    def wait(self, firing: Firing, instead_of: Skip | None) -> None:
        """Let the firing wait; the one that waited is skipped. Raises BusyError."""
        nothing = "attribute_exists(active) AND attribute_not_exists(queued)"
        writes = {"run": no_item(_run_key(firing)), "own skip": no_item(_skip_key(firing))}
        values: dict[str, Any] = {":firing": queued_values(firing)}
        state = _state(firing, "SET queued = :firing", nothing, values)
        if instead_of:
            writes["skip"] = self._put_skip(instead_of)
            values |= {":old": instead_of.firing.run_id, ":one": 1}
            state = _state(firing, "SET queued = :firing ADD skips :one", "queued.runId = :old", values)
        self._write(writes | {"state": state})

    def skips(self, job_id: str, wish: PageWish) -> Page[Skip]:
        """The skipped firings of a job, those for the latest times first; raises InvalidTokenError."""
        return page(
            self._table,
            wish,
            skip_of,
            key_of("PK", "SK"),
            KeyConditionExpression="PK = :job AND begins_with(SK, :skip)",
            ExpressionAttributeValues={":job": {"S": f"JOB#{job_id}"}, ":skip": {"S": "SKIP#"}},
            ScanIndexForward=False,
            ConsistentRead=True,
        )

    def _write(self, operations: dict[str, Operation]) -> None:
        try:
            self._table.transact(operations)
        except CancelledError as changed:
            raise BusyError from changed

    def _put_skip(self, skip: Skip) -> Operation:
        item = skip_item(skip, self._retention)
        return "Put", {"Item": pack(item), "ConditionExpression": "attribute_not_exists(PK)"}


def _run_key(firing: Firing) -> dict[str, str]:
    return run_key(firing.job_id, firing.run_id)


def _skip_key(firing: Firing) -> dict[str, str]:
    return skip_key(firing.job_id, firing.run_id)


def _state(firing: Firing, expression: str, condition: str, values: dict[str, Any]) -> Operation:
    return "Update", {
        "Key": pack(state_key(firing.job_id)),
        "UpdateExpression": expression,
        "ConditionExpression": condition,
        "ExpressionAttributeValues": pack(values),
    }


def _pause(job: Job | None, groups: list[Group]) -> str | None:
    """What is paused, in words: the job, else the outermost group; all jobs are in the deployment's."""
    if job and job.paused_at:
        return f"Job {job.id}"
    paused = (group.id for group in groups if group.paused_at)
    return next((f"Group {name}" if name != DEPLOYMENT else "The deployment" for name in paused), None)
