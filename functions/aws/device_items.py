"""The devices of fleet runs, as items of the table, and back."""

import json
from datetime import UTC, datetime
from typing import Any

from functions.aws.device_details import EARLIER, LATEST, bounded
from functions.aws.job_items import moment_of
from functions.aws.table import Item
from functions.jobs.model.device import Device, DeviceReport, DeviceStatus


def device_prefix(run_id: str) -> str:
    """What the sort keys of a run's devices begin with."""
    return f"DEVICE#{run_id}#"


def device_key(job_id: str, run_id: str, thing: str) -> dict[str, str]:
    """The key of a device: those of a run sort by the thing's name."""
    return {"PK": f"JOB#{job_id}", "SK": f"{device_prefix(run_id)}{thing}"}


def thing_list(thing: str) -> str:
    """The partition of GSI1 that has what was rolled out to a thing, by time."""
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
        "at": _text(report.at),
        "queuedAt": _text(report.queued_at),
        "startedAt": _text(report.started_at),
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


def _text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
