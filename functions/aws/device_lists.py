"""The devices of one run: what finds them, and what deletes them."""

from collections.abc import Iterable
from typing import Any

from functions.aws.device_items import device_prefix
from functions.aws.table import Table, pack
from functions.jobs.model.device import DeviceStatus


def query_of_run(job_id: str, run_id: str, statuses: Iterable[DeviceStatus]) -> dict[str, Any]:
    """The query of a run's devices with one of these statuses."""
    values = {":job": f"JOB#{job_id}", ":run": device_prefix(run_id)}
    query: dict[str, Any] = {"KeyConditionExpression": "PK = :job AND begins_with(SK, :run)", "ConsistentRead": True}
    if len(wanted := {f":status{n}": status for n, status in enumerate(sorted(statuses))}) < len(DeviceStatus):
        values |= wanted
        query["FilterExpression"] = f"#status IN ({', '.join(wanted)})"
        query["ExpressionAttributeNames"] = {"#status": "status"}
    return query | {"ExpressionAttributeValues": pack(values)}


def delete_devices(table: Table, job_id: str, run_id: str) -> None:
    """Delete the devices of a deleted run; should it fail half way, they go by themselves."""
    items = table.query(**query_of_run(job_id, run_id, DeviceStatus), ProjectionExpression="PK, SK")
    table.delete_all([{"PK": item["PK"], "SK": item["SK"]} for item in items])
