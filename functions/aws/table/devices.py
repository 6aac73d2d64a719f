"""Devices of fleet runs in the table: one item for each device and run, counted by status in the run."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from functions.aws.table.pages import key_of, page
from functions.aws.table.run_items import expiry
from functions.aws.table.table import CancelledError, Item, Operation, Table, moment_of, moment_text, pack, run_key
from functions.jobs.model.device import Device, DeviceReport, DeviceStatus, hear
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.rollout import Rollout

# Limits of status details: characters of a value, pairs, characters of a name (AWS IoT API Reference,
# JobExecutionStatusDetails). They are enforced here too, because an item takes at most 400 KB. The values of earlier
# attempts are cut shorter: 25 attempts of 10 pairs, each with 128 bytes and 256 characters of 4 bytes, take 288 KB.
LATEST, EARLIER = 1024, 256
_PAIRS, _NAME = 10, 128
_NO_TEXT, _NO_NAME = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]"), re.compile(r"[^a-zA-Z0-9:_-]")
_RACES = 5  # how often other news of the same device may come first, before the caller has to try again
_PLACE = key_of("PK", "SK", "GSI1PK", "GSI1SK")


def bounded(details: Mapping[str, str], longest: int) -> str:
    """The status details as JSON, cut to the limits. JSON allows names that DynamoDB refuses."""
    pairs = [(str(name)[:_NAME], str(value)[:longest]) for name, value in list(details.items())[:_PAIRS]]
    kept = {_NO_NAME.sub("_", name): _NO_TEXT.sub(" ", value) for name, value in pairs}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def device_prefix(run_id: str) -> str:
    """The beginning of the sort keys of a run's devices."""
    return f"DEVICE#{run_id}#"


def device_key(job_id: str, run_id: str, thing: str) -> dict[str, str]:
    """The key of a device. The devices of a run sort by the thing's name."""
    return {"PK": f"JOB#{job_id}", "SK": f"{device_prefix(run_id)}{thing}"}


def thing_list(thing: str) -> str:
    """The partition of GSI1 that lists the rollouts to a thing by time."""
    return f"THING#{thing}"


def device_item(device: Device) -> dict[str, Any]:
    """A device as an item."""
    latest = device.latest
    return {
        **device_key(device.job_id, device.run_id, latest.thing),
        "GSI1PK": thing_list(latest.thing),
        "GSI1SK": f"{device.run_id}#{device.job_id}",
        "number": latest.number,
        **_values(latest, LATEST),
        "earlier": {str(number): _values(report, EARLIER) for number, report in device.earlier.items()},
    }


def device_of(item: Item) -> Device:
    """The device in an item."""
    _, run_id, thing = item["SK"].split("#", 2)
    return Device(
        job_id=item["PK"].removeprefix("JOB#"),
        run_id=run_id,
        latest=_report(thing, item["number"], item),
        earlier={int(number): _report(thing, int(number), values) for number, values in item["earlier"].items()},
    )


def _values(report: DeviceReport, longest: int) -> dict[str, Any]:
    values = {
        "status": report.status,
        "at": moment_text(report.at),
        "queuedAt": moment_text(report.queued_at),
        "startedAt": moment_text(report.started_at),
        "details": None if report.details is None else bounded(report.details, longest),
    }
    return {name: value for name, value in values.items() if value is not None}


def _report(thing: str, number: int, values: Item) -> DeviceReport:
    return DeviceReport(
        thing=thing,
        number=number,
        status=DeviceStatus(values["status"]),
        at=datetime.fromisoformat(values["at"]),
        queued_at=moment_of(values, "queuedAt"),
        started_at=moment_of(values, "startedAt"),
        details=json.loads(values["details"]) if "details" in values else None,
    )


def query_of_run(job_id: str, run_id: str, statuses: Iterable[DeviceStatus]) -> dict[str, Any]:
    """The query for a run's devices that have one of these statuses."""
    values = {":job": f"JOB#{job_id}", ":run": device_prefix(run_id)}
    query: dict[str, Any] = {"KeyConditionExpression": "PK = :job AND begins_with(SK, :run)", "ConsistentRead": True}
    if len(wanted := {f":status{n}": status for n, status in enumerate(sorted(statuses))}) < len(DeviceStatus):
        values |= wanted
        query["FilterExpression"] = f"#status IN ({', '.join(wanted)})"
        query["ExpressionAttributeNames"] = {"#status": "status"}
    return query | {"ExpressionAttributeValues": pack(values)}


def delete_devices(table: Table, job_id: str, run_id: str) -> None:
    """Delete the devices of a deleted run. If this fails half way, the rest expires."""
    items = table.query(**query_of_run(job_id, run_id, DeviceStatus), ProjectionExpression="PK, SK")
    table.delete_all([{"PK": item["PK"], "SK": item["SK"]} for item in items])


def count(rollout: Rollout, before: Device | None, after: Device) -> Operation:
    """Move the device from one status to the other in its run's numbers, on condition that the run exists."""
    operation = {"Key": pack(run_key(rollout.job_id, rollout.run_id)), "ConditionExpression": "attribute_exists(PK)"}
    old, new = before.latest.status if before else None, after.latest.status
    if old is new:
        return "ConditionCheck", operation
    sets, names, values = ["devices.#new = if_not_exists(devices.#new, :zero) + :one"], {"#new": new}, {":one": 1}
    if old:
        sets.append("devices.#old = devices.#old - :one")
        names["#old"] = old
    return "Update", {
        **operation,
        "UpdateExpression": f"SET {', '.join(sets)}",
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": pack({**values, ":zero": 0}),
    }


class DeviceTable:
    """Implements functions.jobs.ports.fleet.DeviceStore."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def note(self, rollout: Rollout, report: DeviceReport) -> bool:
        """Keep a report and count the device in its run, in one transaction; False if it is old, or there is no run.

        Reports after the end of the run are kept and counted too.
        """
        for races_left in reversed(range(_RACES)):
            run, known = self._read(rollout, report.thing)
            before = device_of(known) if known else None
            device = hear(before, report) if before else _new(rollout, report)
            if run is None or device is None:
                return False
            try:
                self._table.transact(
                    {"device": self._put(device, run, known), "run": count(rollout, before, device)},
                )
            except CancelledError as cancelled:
                if "run" in cancelled.failed:
                    return False
                if not races_left:
                    raise
            else:
                return True
        raise AssertionError  # the last race is raised

    def page(self, job_id: str, run_id: str, request: PageRequest, statuses: Collection[DeviceStatus]) -> Page[Device]:
        """The devices of a run that have one of these statuses, by the thing's name; raises InvalidTokenError."""
        return page(self._table, request, device_of, key_of("PK", "SK"), **query_of_run(job_id, run_id, statuses))

    def of_thing(self, thing: str, request: PageRequest) -> Page[Device]:
        """The device executions of a thing, those of the newest run first; raises InvalidTokenError."""
        return page(
            self._table,
            request,
            device_of,
            _PLACE,
            IndexName="GSI1",
            KeyConditionExpression="GSI1PK = :thing",
            ExpressionAttributeValues=pack({":thing": thing_list(thing)}),
            ScanIndexForward=False,
        )

    def things(self, job_id: str, run_id: str, statuses: Collection[DeviceStatus]) -> Iterator[str]:
        """The names of the run's devices that have one of these statuses, in order."""
        for item in self._table.query(**query_of_run(job_id, run_id, statuses)):
            yield device_of(item).latest.thing

    def _read(self, rollout: Rollout, thing: str) -> tuple[Item | None, Item | None]:
        """The run, and the device even if it has expired: a new item can only replace the expired one."""
        keys = [run_key(rollout.job_id, rollout.run_id), device_key(rollout.job_id, rollout.run_id, thing)]
        found = {item["SK"]: item for item in self._table.get_all(keys, expired=True)}
        run, device = (found.get(key["SK"]) for key in keys)
        return (run if run and self._table.is_living(run) else None), device

    def _put(self, device: Device, run: Item, known: Item | None) -> Operation:
        version = known["version"] if known else 0
        item = device_item(device) | {
            "version": version + 1,
            "createdAt": run["createdAt"],
            "expiresAt": expiry(run["plan"], self._table.clock(), self._retention),
        }
        if not known:
            return "Put", {"Item": pack(item), "ConditionExpression": "attribute_not_exists(PK)"}
        return "Put", {
            "Item": pack(item),
            "ConditionExpression": "version = :read",
            "ExpressionAttributeValues": pack({":read": version}),
        }


def _new(rollout: Rollout, report: DeviceReport) -> Device:
    return Device(job_id=rollout.job_id, run_id=rollout.run_id, latest=report)
