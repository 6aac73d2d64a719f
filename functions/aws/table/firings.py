"""Firings in the table: the situation that decides over one, skipped and missed firings, and the waiting firing."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from functions.aws.table.job_items import (
    NO_LONGER_WAITING,
    STARTS_WAITING,
    WAITING,
    firing_of,
    group_of,
    job_of,
    state_of,
    waiting_values,
)
from functions.aws.table.pages import key_of, page
from functions.aws.table.run_ends import ended_item
from functions.aws.table.run_items import run_of
from functions.aws.table.table import (
    CancelledError,
    Item,
    Operation,
    Table,
    group_key,
    job_key,
    no_item,
    pack,
    run_key,
    skip_key,
    state_key,
)
from functions.jobs.model.firing import Arrival, Firing, Occasion, Skip, SkipReason
from functions.jobs.model.job import DEPLOYMENT, Group, Job, JobState, groups_of
from functions.jobs.model.outcome import Outcome
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.run import Run
from functions.jobs.ports.runs import BusyError, Situation


def skip_item(skip: Skip, retention: timedelta) -> dict[str, Any]:
    """A skip as an item that is kept for `retention`."""
    occasion = skip.occasion
    return (
        skip_key(occasion.job_id, occasion.run_id)
        | _occasion_values(occasion)
        | {
            "createdAt": skip.skipped_at.isoformat(),
            "reason": skip.reason,
            "message": skip.message,
            "expiresAt": int((skip.skipped_at + retention).timestamp()),
        }
    )


def skip_of(item: Item) -> Skip:
    """The skip in an item."""
    return Skip(
        occasion=firing_of(item["PK"], item) if "scheduleId" in item else _arrival_of(item),
        skipped_at=datetime.fromisoformat(item["createdAt"]),
        reason=SkipReason(item["reason"]),
        message=item["message"],
    )


def _occasion_values(occasion: Firing | Arrival) -> dict[str, str]:
    if isinstance(occasion, Firing):
        return {"scheduleId": occasion.schedule_id, "scheduledAt": occasion.scheduled_at.isoformat()}
    return {"eventId": occasion.event_id, "eventAt": occasion.at.isoformat()}


def _arrival_of(item: Item) -> Arrival:
    return Arrival(
        job_id=item["PK"].removeprefix("JOB#"),
        event_id=item["eventId"],
        run_id=item["SK"].removeprefix("SKIP#"),
        at=datetime.fromisoformat(item["eventAt"]),
    )


class FiringTable:
    """Implements functions.jobs.ports.runs.FiringStore. Skips and missed runs are kept for `retention_days`."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def situation(self, occasion: Occasion) -> Situation:
        """Read in one call everything that decides over a firing or an event.

        An expired run counts as a skip, so that the firing starts no second run.
        """
        keys = [job_key(occasion.job_id), state_key(occasion.job_id), _run_key(occasion), _skip_key(occasion)]
        group_keys = [group_key(group) for group in (DEPLOYMENT, *groups_of(occasion.job_id))]
        found_items = self._table.get_all(keys + group_keys, expired=True)
        items = {(item["PK"], item["SK"]): item for item in found_items}
        job, state, run, skip, *groups = (items.get((key["PK"], key["SK"])) for key in keys + group_keys)
        found = job_of(job) if job else None
        return Situation(
            job=found,
            state=state_of(state) if state else JobState(),
            run=run_of(run) if run and self._table.is_living(run) else None,
            skipped=bool(skip or run),
            pause=_pause(found, [group_of(group) for group in groups if group]),
        )

    def skip(self, skip: Skip, *, waiting: bool) -> None:
        """Keep a skip and count it once; `waiting`: it is the waiting firing. Raises BusyError."""
        exists, one = "attribute_exists(PK)", {":one": 1}
        state = _state(skip.occasion, "ADD skips :one", exists, one)
        if waiting:
            mine = one | {":id": skip.occasion.run_id}
            state = _state(skip.occasion, f"{NO_LONGER_WAITING} ADD skips :one", "queued.runId = :id", mine)
        self._write({"skip": self._put_skip(skip), "run": no_item(_run_key(skip.occasion)), "state": state})

    def miss(self, occasion: Occasion, run: Run, outcome: Outcome, *, waiting: bool = False) -> None:
        """Put a run that failed before it could start, and count it; `waiting`: its firing is the waiting one.

        Raises BusyError.
        """
        item = ended_item(run, outcome, self._table.clock(), self._retention)
        # If a later run has failed already, this one is counted, but it is not the last failure.
        for latest in (True, False):
            writes = {
                "run": ("Put", {"Item": pack(item), "ConditionExpression": "attribute_not_exists(PK)"}),
                "skip": no_item(_skip_key(occasion)),
                "state": _failed(occasion, run, waiting=waiting, latest=latest),
            }
            try:
                self._table.transact(writes)
            except CancelledError as changed:
                last = changed.failed.get("state", {}).get("lastFailureAt", "")
                if not latest or last <= run.created_at.isoformat():
                    raise BusyError from changed
            else:
                return

    def wait(self, firing: Firing, instead_of: Skip | None) -> None:
        """Make this the waiting firing, and skip the one that waited before (`instead_of`). Raises BusyError."""
        is_free = "attribute_exists(active) AND attribute_not_exists(queued)"
        writes = {"run": no_item(_run_key(firing)), "own skip": no_item(_skip_key(firing))}
        values: dict[str, Any] = {":firing": waiting_values(firing), ":waiting": WAITING, ":job": firing.job_id}
        state = _state(firing, STARTS_WAITING, is_free, values)
        if instead_of:
            writes["skip"] = self._put_skip(instead_of)
            values |= {":old": instead_of.occasion.run_id, ":one": 1}
            state = _state(firing, f"{STARTS_WAITING} ADD skips :one", "queued.runId = :old", values)
        self._write(writes | {"state": state})

    def waiting(self, group: str | None) -> Iterable[str]:
        """The ids of the jobs with a waiting firing: all, or those of a group and its subgroups."""
        condition, values = "GSI1PK = :waiting", {":waiting": WAITING}
        if group is not None:
            condition += " AND begins_with(GSI1SK, :group)"
            values[":group"] = f"{group}."
        items = self._table.query(
            IndexName="GSI1", KeyConditionExpression=condition, ExpressionAttributeValues=pack(values)
        )
        return (item["GSI1SK"] for item in items)

    def skips(self, job_id: str, request: PageRequest) -> Page[Skip]:
        """The skipped firings of a job, those for the latest times first; raises InvalidTokenError."""
        return page(
            self._table,
            request,
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


def _run_key(occasion: Occasion) -> dict[str, str]:
    return run_key(occasion.job_id, occasion.run_id)


def _skip_key(occasion: Occasion) -> dict[str, str]:
    return skip_key(occasion.job_id, occasion.run_id)


def _failed(occasion: Occasion, run: Run, *, waiting: bool, latest: bool) -> Operation:
    """Count a failed run in its job's state; `latest`: on condition that no run failed later."""
    values: dict[str, Any] = {":one": 1}
    sets, taken, condition = "", "", "attribute_exists(PK)"
    if waiting:
        taken, condition = NO_LONGER_WAITING, "queued.runId = :id"
    if latest:
        values[":now"], sets = run.created_at.isoformat(), "SET lastFailureAt = :now, lastFailureRun = :id"
        condition += " AND (attribute_not_exists(lastFailureAt) OR lastFailureAt <= :now)"
    if waiting or latest:
        values[":id"] = run.id
    return _state(occasion, f"{sets} {taken} ADD failures :one", condition, values)


def _state(occasion: Occasion, expression: str, condition: str, values: dict[str, Any]) -> Operation:
    return "Update", {
        "Key": pack(state_key(occasion.job_id)),
        "UpdateExpression": expression,
        "ConditionExpression": condition,
        "ExpressionAttributeValues": pack(values),
    }


def _pause(job: Job | None, groups: list[Group]) -> str | None:
    """Name what is paused, for a message: the job, else the outermost group. The deployment contains all jobs."""
    if job and job.paused_at:
        return f"Job {job.id}"
    paused = (group.id for group in groups if group.paused_at)
    return next((f"Group {name}" if name != DEPLOYMENT else "The deployment" for name in paused), None)
