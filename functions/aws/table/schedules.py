"""Schedules in the table: a map attribute of their job's item."""

import json
from collections.abc import Mapping

from functions.aws.table.idempotency import remember, used
from functions.aws.table.jobs import unchanged
from functions.aws.table.sync_marks import leave
from functions.aws.table.table import CancelledError, Operation, Table, job_key, pack
from functions.jobs.model.errors import JobChangedError
from functions.jobs.model.idempotency import IdempotencyKey
from functions.jobs.model.job import Job
from functions.jobs.model.schedule import Schedule
from functions.jobs.model.sync_mark import SyncMark


class ScheduleTable:
    """Implements functions.jobs.ports.definitions.ScheduleStore.

    Each write gives the job a new version and leaves a mark.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, job: Job, schedule: Schedule, mark: SyncMark, key: IdempotencyKey | None) -> None:
        """Add a schedule, or replace the one with the same id; raises KeyUsedError, JobChangedError."""
        put, values = "SET schedules.#id = :schedule, version = version + :one", {":schedule": json.dumps(schedule)}
        operations = {"job": _update(job, schedule["id"], put, values), "mark": leave(mark)}
        if key:
            operations["key"] = remember(key, schedule["id"], mark.written_at)
        self._change(operations)

    def delete(self, job: Job, schedule_id: str, mark: SyncMark) -> None:
        """Delete a schedule; raises JobChangedError."""
        remove = "REMOVE schedules.#id SET version = version + :one"
        self._change({"job": _update(job, schedule_id, remove, {}), "mark": leave(mark)})

    def _change(self, operations: Mapping[str, Operation]) -> None:
        try:
            self._table.transact(operations)
        except CancelledError as cancelled:
            if "key" in cancelled.failed:
                raise used(cancelled.failed["key"]) from cancelled
            raise JobChangedError from cancelled


def _update(job: Job, schedule_id: str, expression: str, values: Mapping[str, str]) -> Operation:
    return "Update", {
        "Key": pack(job_key(job.id)),
        "UpdateExpression": expression,
        "ExpressionAttributeNames": {"#id": schedule_id},
        **unchanged(job, {":one": 1, **values}),
    }
