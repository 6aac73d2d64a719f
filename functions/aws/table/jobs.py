"""Jobs and their revisions in the table. Each save is one transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from functions.aws.table.deletions import begin
from functions.aws.table.groups import count, set_pause
from functions.aws.table.idempotency import key_key, remember, used
from functions.aws.table.job_items import (
    JOBS,
    NO_LONGER_WAITING,
    changing,
    job_item,
    job_of,
    revision_item,
    revision_key,
    revision_of,
    state_of,
)
from functions.aws.table.pages import key_of, page
from functions.aws.table.sync_marks import leave
from functions.aws.table.table import CancelledError, Operation, Table, deletion_key, job_key, no_item, pack, state_key
from functions.jobs.model.deletion import Deletion
from functions.jobs.model.errors import (
    ActiveRunsError,
    ChildrenError,
    DependencyError,
    JobChangedError,
    JobErasedError,
    JobExistsError,
    JobNotFoundError,
)
from functions.jobs.model.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.model.job import Job, JobState, Revision
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.sync_mark import SyncMark

_PLACE = key_of("PK", "SK", "GSI1PK", "GSI1SK")
_PARENT = "parent "


class JobTable:
    """Implements functions.jobs.ports.definitions.JobStore."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, job_id: str) -> Job | None:
        """The job, or None."""
        item = self._table.get(job_key(job_id))
        return job_of(item) if item else None

    def get_all(self, job_ids: Iterable[str]) -> list[Job]:
        """Those of these jobs that exist, in no order."""
        return [job_of(item) for item in self._table.get_all([job_key(job_id) for job_id in job_ids])]

    def page(self, request: PageRequest, *, group: str | None, labels: Mapping[str, str]) -> Page[Job]:
        """The jobs by id: all, or those of a group and its subgroups; only those with all of these labels."""
        values = {":list": JOBS} | {f":label{n}": value for n, value in enumerate(labels.values())}
        condition = "GSI1PK = :list"
        if group is not None:
            condition += " AND begins_with(GSI1SK, :group)"
            values[":group"] = f"{group}."
        query: dict[str, Any] = {"IndexName": "GSI1", "KeyConditionExpression": condition}
        if labels:
            query["FilterExpression"] = " AND ".join(f"labels.#label{n} = :label{n}" for n in range(len(labels)))
            query["ExpressionAttributeNames"] = {f"#label{n}": name for n, name in enumerate(labels)}
        return page(self._table, request, job_of, _PLACE, ExpressionAttributeValues=pack(values), **query)

    def recall(self, key: IdempotencyKey, now: datetime) -> KeyUsedError | None:
        """What the key was used for; None if it is new or has expired."""
        item = self._table.get(key_key(key))
        return used(item) if item and item["expiresAt"] >= now.timestamp() else None

    def create(self, job: Job, key: IdempotencyKey | None, mark: SyncMark | None = None) -> None:
        """Put a new job with an empty state. Raises KeyUsedError, JobExistsError, JobErasedError, DependencyError."""
        new = "attribute_not_exists(PK)"
        operations: dict[str, Operation] = {
            "job": ("Put", {"Item": pack(job_item(job)), "ConditionExpression": new}),
            "state": ("Put", {"Item": pack(state_key(job.id) | {"successes": 0, "failures": 0})}),
            "revision": ("Put", {"Item": pack(revision_item(job, job.created_at))}),
            "deletion": no_item(deletion_key(job.id)),
        }
        operations |= _adopt(job, job.parents) | count(job.id, 1) | _marked(mark)
        if key:
            operations["key"] = remember(key, job.id, job.created_at)
        try:
            self._table.transact(operations)
        except CancelledError as cancelled:
            if "key" in cancelled.failed:
                raise used(cancelled.failed["key"]) from cancelled
            if "job" in cancelled.failed:
                raise JobExistsError from cancelled
            if "deletion" in cancelled.failed:
                raise JobErasedError from cancelled
            raise _unknown_parents(cancelled) from cancelled

    def update(self, job: Job, *, replacing: Job, now: datetime, mark: SyncMark | None = None) -> None:
        """Save a new revision. Raises JobChangedError if the job has changed since `replacing`, and DependencyError."""
        values = changing(job)
        operations: dict[str, Operation] = {
            "job": (
                "Update",
                {
                    "Key": pack(job_key(job.id)),
                    "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in values),
                    "ExpressionAttributeNames": {f"#{name}": name for name in values},
                    **unchanged(replacing, {f":{name}": value for name, value in values.items()}),
                },
            ),
            "revision": ("Put", {"Item": pack(revision_item(job, now))}),
        }
        operations |= _adopt(job, job.parents - replacing.parents) | _leave(job, replacing.parents - job.parents)
        operations |= _marked(mark)
        try:
            self._table.transact(operations)
        except CancelledError as cancelled:
            if "job" in cancelled.failed:
                raise JobChangedError from cancelled
            raise _unknown_parents(cancelled) from cancelled

    def pause(self, job_id: str, at: datetime | None) -> None:
        """Pause a job, or resume it (None); raises JobNotFoundError."""
        if not set_pause(self._table, job_key(job_id), at, "attribute_exists(PK)"):
            raise JobNotFoundError(job_id)

    def check_free(self, job_id: str) -> None:
        """Check that a new job can have this id. Raises JobExistsError, JobErasedError."""
        for item in self._table.get_all([job_key(job_id), deletion_key(job_id)]):
            raise JobExistsError if "spec" in item else JobErasedError

    def delete(self, job: Job, deletion: Deletion, mark: SyncMark | None = None) -> None:
        """Delete the job and its state, and begin to erase its belongings. If it cannot be deleted, delete nothing.

        The state stays if the deletion stops active runs: their ends are counted in it. Raises JobChangedError if the
        job has changed since it was read, ActiveRunsError, ChildrenError.
        """
        key, childless = pack(state_key(job.id)), "attribute_not_exists(children)"
        state: Operation = (
            "Delete",
            {"Key": key, "ConditionExpression": f"attribute_not_exists(active) AND {childless}"},
        )
        if deletion.stops:
            state = "Update", {"Key": key, "UpdateExpression": NO_LONGER_WAITING, "ConditionExpression": childless}
        operations: dict[str, Operation] = {
            "job": ("Delete", {"Key": pack(job_key(job.id)), **unchanged(job)}),
            "state": state,
            "deletion": begin(deletion),
        }
        try:
            self._table.transact(operations | _leave(job, job.parents) | count(job.id, -1) | _marked(mark))
        except CancelledError as cancelled:
            failed = cancelled.failed.get("state", {})
            if "children" in failed:
                raise ChildrenError(job.id, failed["children"]) from cancelled
            raise (ActiveRunsError if failed else JobChangedError) from cancelled

    def states(self, job_ids: Iterable[str]) -> Mapping[str, JobState]:
        """The states of those of these jobs that exist."""
        items = self._table.get_all([state_key(job_id) for job_id in job_ids])
        return {item["PK"].removeprefix("JOB#"): state_of(item) for item in items}


def unchanged(job: Job, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The condition that the job is as it was read; `values` are the other values of the expression."""
    known = {":was": job.version, ":since": job.created_at.isoformat()}
    return {
        "ConditionExpression": "version = :was AND createdAt = :since",
        "ExpressionAttributeValues": pack({**known, **(values or {})}),
    }


def _marked(mark: SyncMark | None) -> dict[str, Operation]:
    return {"mark": leave(mark)} if mark else {}


def _adopt(job: Job, parents: Iterable[str]) -> dict[str, Operation]:
    there = {"ConditionExpression": "attribute_exists(PK)"}
    return {f"{_PARENT}{parent}": _children("ADD", job, parent, there) for parent in parents}


def _leave(job: Job, parents: Iterable[str]) -> dict[str, Operation]:
    return {f"leave {parent}": _children("DELETE", job, parent, {}) for parent in parents}


def _children(verb: str, job: Job, parent: str, condition: Mapping[str, str]) -> Operation:
    return "Update", {
        "Key": pack(state_key(parent)),
        "UpdateExpression": f"{verb} children :child",
        "ExpressionAttributeValues": pack({":child": {job.id}}),
        **condition,
    }


def _unknown_parents(cancelled: CancelledError) -> DependencyError:
    names = ",".join(sorted(name.removeprefix(_PARENT) for name in cancelled.failed))
    return DependencyError(f"Dependencies contain unknown jobs. unknown=[{names}]")


class RevisionTable:
    """Implements functions.jobs.ports.definitions.RevisionStore."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, job_id: str, number: int) -> Revision | None:
        """The revision, or None."""
        item = self._table.get(revision_key(job_id, number))
        return revision_of(item) if item else None

    def page(self, job_id: str, request: PageRequest) -> Page[Revision]:
        """The revisions of a job, newest first."""
        return page(
            self._table,
            request,
            revision_of,
            key_of("PK", "SK"),
            KeyConditionExpression="PK = :job AND begins_with(SK, :revision)",
            ExpressionAttributeValues=pack({":job": f"JOB#{job_id}", ":revision": "REV#"}),
            ScanIndexForward=False,
        )
