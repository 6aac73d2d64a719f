"""Lists of runs: active, settled and surplus ones, and pages of those of a job, a group or the deployment."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from functions.aws.table.pages import key_of, page
from functions.aws.table.run_ends import SETTLED
from functions.aws.table.run_items import run_of
from functions.aws.table.table import Item, Table, pack
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.run import FROM_OUTSIDE, Run, RunStatus
from functions.jobs.ports.runs import RunFilter

_AFTER_ANY_ID = "~"


def newest(table: Table, job_id: str) -> Iterator[Run]:
    """The runs of a job, newest first. Each page is read when the caller gets to it."""
    items = table.query(
        KeyConditionExpression="PK = :job AND begins_with(SK, :run)",
        ExpressionAttributeValues={":job": {"S": f"JOB#{job_id}"}, ":run": {"S": "RUN#"}},
        ScanIndexForward=False,
        ConsistentRead=True,
    )
    return map(run_of, items)


def active(table: Table, group: str | None) -> Iterator[Run]:
    """The active runs of the deployment, or of a group and its subgroups, oldest first."""
    values = {":list": "ACTIVE"}
    query = {"IndexName": "GSI1", "KeyConditionExpression": "GSI1PK = :list"}
    if group is not None:
        query["FilterExpression"] = "begins_with(jobId, :group)"
        values[":group"] = f"{group}."
    return map(run_of, table.query(ExpressionAttributeValues=pack(values), **query))


def surplus(table: Table, job_id: str, status: RunStatus, kept: int) -> list[str]:
    """The ids of a job's runs with this status, oldest first, without the newest `kept`.

    DynamoDB reads all runs of the job for this, a megabyte at a time, but sends only three attributes. For 40,000 runs
    that takes some seconds and costs less than a cent.
    """
    items = table.query(
        KeyConditionExpression="PK = :job AND begins_with(SK, :run)",
        FilterExpression="#status = :status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues=pack({":job": f"JOB#{job_id}", ":run": "RUN#", ":status": status}),
        ProjectionExpression="SK, createdAt, expiresAt",
        ConsistentRead=True,
    )
    # Ids sort by the second only.
    ids = [item["SK"].removeprefix("RUN#") for item in sorted(items, key=lambda item: str(item["createdAt"]))]
    return ids[: max(0, len(ids) - kept)]


def settled(table: Table, since: datetime, until: datetime) -> dict[str, datetime]:
    """The ids of the jobs that had a run settled between these times, each with the time of its first one."""
    items = table.query(
        IndexName="GSI1",
        KeyConditionExpression="GSI1PK = :list AND GSI1SK BETWEEN :since AND :until",
        ExpressionAttributeValues=pack({":list": SETTLED, ":since": since.isoformat(), ":until": until.isoformat()}),
        ProjectionExpression="GSI1SK",
    )
    firsts: dict[str, datetime] = {}
    for item in items:
        moment, _, job_id = item["GSI1SK"].partition("#")
        firsts.setdefault(job_id, datetime.fromisoformat(moment))
    return firsts


def cut_short(table: Table, since: datetime, until: datetime) -> Iterator[Run]:
    """The runs that were settled between these times for a reason that is not their ECS task's own end."""
    reasons = {f":reason{n}": reason for n, reason in enumerate(FROM_OUTSIDE)}
    values = {":list": SETTLED, ":since": since.isoformat(), ":until": until.isoformat()}
    items = table.query(
        IndexName="GSI1",
        KeyConditionExpression="GSI1PK = :list AND GSI1SK BETWEEN :since AND :until",
        FilterExpression=f"reason IN ({', '.join(reasons)})",
        ExpressionAttributeValues=pack(values | reasons),
    )
    return map(run_of, items)


def page_of_runs(table: Table, request: PageRequest, wanted: RunFilter) -> Page[tuple[str, str]]:
    """The (job id, run id) of runs, newest first; raises InvalidTokenError.

    Ids begin with the time, so a span of time is a span of keys. The index has the status and the labels but not the
    whole run, so that only a change of the status writes to it.
    """
    partition, prefix, query = _index(wanted.job_id)
    filters, names, values = _filters(wanted)
    values |= {
        ":list": partition,
        ":first": prefix + _stamp(wanted.since),
        ":last": prefix + (wanted.up_to or _end(wanted.until)),
    }
    if filters:
        query["FilterExpression"] = " AND ".join(filters)
    if names:
        query["ExpressionAttributeNames"] = names
    place = key_of("PK", "SK", *(("GSI2PK", "GSI2SK") if wanted.job_id is None else ()))
    return page(table, request, _ids, place, ExpressionAttributeValues=pack(values), ScanIndexForward=False, **query)


def _filters(wanted: RunFilter) -> tuple[list[str], dict[str, str], dict[str, str]]:
    """The filter conditions for status, labels and group, with their attribute names and values."""
    labels = list(wanted.labels.items())
    filters = [f"labels.#label{n} = :label{n}" for n in range(len(labels))]
    names = {f"#label{n}": name for n, (name, _) in enumerate(labels)}
    values = {f":label{n}": value for n, (_, value) in enumerate(labels)}
    statuses = {f":status{n}": status for n, status in enumerate(sorted(wanted.statuses))}
    if len(statuses) < len(RunStatus):
        filters.append(f"#status IN ({', '.join(statuses)})")
        names["#status"] = "status"
        values |= statuses
    if wanted.group is not None:
        filters.append("begins_with(jobId, :group)")
        values[":group"] = f"{wanted.group}."
    return filters, names, values


def _index(job_id: str | None) -> tuple[str, str, dict[str, Any]]:
    if job_id is None:
        between = "GSI2PK = :list AND GSI2SK BETWEEN :first AND :last"
        return "RUNS", "", {"IndexName": "GSI2", "KeyConditionExpression": between}
    between = "PK = :list AND SK BETWEEN :first AND :last"
    return f"JOB#{job_id}", "RUN#", {"KeyConditionExpression": between, "ConsistentRead": True}


def _ids(item: Item) -> tuple[str, str]:
    return item["PK"].removeprefix("JOB#"), item["SK"].removeprefix("RUN#")


def _stamp(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y%m%d%H%M%S}" if moment else "0"


def _end(moment: datetime | None) -> str:
    return _stamp(moment) + _AFTER_ANY_ID if moment else _AFTER_ANY_ID
