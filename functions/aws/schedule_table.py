"""The schedules of a job, in the map that its item has of them."""

import json
from collections.abc import Mapping
from datetime import datetime

from functions.aws.idempotency import remember, used
from functions.aws.job_items import job_key
from functions.aws.job_table import unchanged
from functions.aws.table import CancelledError, Operation, Table, pack
from functions.jobs.errors import JobChangedError
from functions.jobs.idempotency import IdempotencyKey
from functions.jobs.job import Job, Schedule


class ScheduleTable:
    """Implements functions.jobs.ports.ScheduleStore. Each write is a new version of the job."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, job: Job, schedule: Schedule, key: IdempotencyKey | None, now: datetime) -> None:
        """Add a schedule; raises KeyUsedError, JobChangedError."""
        operations = {"job": _put(job, schedule)}
        if key:
            operations["key"] = remember(key, schedule["id"], now)
        self._change(operations)

    def replace(self, job: Job, schedule: Schedule) -> None:
        """Replace a schedule; raises JobChangedError."""
        self._change({"job": _put(job, schedule)})

    def delete(self, job: Job, schedule_id: str) -> None:
        """Delete a schedule; raises JobChangedError."""
        self._change({"job": _update(job, schedule_id, "REMOVE schedules.#id SET version = version + :one", {})})

    def _change(self, operations: Mapping[str, Operation]) -> None:
        try:
            self._table.transact(operations)
        except CancelledError as cancelled:
            if "key" in cancelled.failed:
                raise used(cancelled.failed["key"]) from cancelled
            raise JobChangedError from cancelled


def _put(job: Job, schedule: Schedule) -> Operation:
    values = {":schedule": json.dumps(schedule)}
    return _update(job, schedule["id"], "SET schedules.#id = :schedule, version = version + :one", values)


def _update(job: Job, schedule_id: str, expression: str, values: Mapping[str, str]) -> Operation:
    return "Update", {
        "Key": pack(job_key(job.id)),
        "UpdateExpression": expression,
        "ExpressionAttributeNames": {"#id": schedule_id},
        **unchanged(job, {":one": 1, **values}),
    }
