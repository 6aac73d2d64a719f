"""Maintenance windows: when a fleet job notifies devices.

IoT refuses windows in a SNAPSHOT job, and windows without a time to start at, which is at least thirty minutes ahead
(AWS IoT API Reference, SchedulingConfig).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.jobs.expressions.aws_cron import read_aws
from functions.jobs.fleet.document import as_text, filled_in, is_managed
from functions.jobs.model.errors import Problem
from functions.jobs.model.fleet_spec import FleetRunSpec, FleetSpec, MaintenanceWindow

AHEAD = timedelta(minutes=32)  # two minutes more: one is cut off, and clocks differ
_CRON = re.compile(r"cron\((.*)\)", re.DOTALL)


def window_problems(run: FleetRunSpec) -> Iterator[Problem]:
    """What is wrong with the windows of a fleet job."""
    windows, path = run["fleet"].get("maintenanceWindows"), "/run/fleet/maintenanceWindows"
    if windows is None:
        return
    if run["fleet"]["targetSelection"] == "SNAPSHOT":
        yield Problem(path, "needs targetSelection CONTINUOUS: IoT has no windows for a SNAPSHOT. Use a schedule.")
    if run["timeoutSeconds"] <= AHEAD.total_seconds():
        words = f"must be more than {AHEAD.seconds}: with maintenanceWindows, IoT begins half an hour after the run."
        yield Problem("/run/timeoutSeconds", words)
    for place, window in enumerate(windows):
        try:
            as_aws(window)
        except ValueError as wrong:
            yield Problem(f"{path}({place})/startTime", str(wrong))


def as_aws(window: MaintenanceWindow) -> dict[str, str | int]:
    """A window as IoT takes it; raises ValueError with a sentence."""
    found = _CRON.fullmatch(window["startTime"].strip())
    if found is None:
        raise ValueError("must be AWS's form of a cron expression, in UTC: such as cron(0 2 ? * SUN *).")
    return {"startTime": read_aws(found[1])[1], "durationInMinutes": window["durationInMinutes"]}


def earliest_start(now: datetime) -> str:
    """The first time that IoT takes for a start, as it takes it: by the minute, in UTC (`now` is), without a zone."""
    return (now + AHEAD).strftime("%Y-%m-%dT%H:%M")


MAX_PER_MINUTE = 1000  # also what holds where nothing is said (AWS IoT Developer Guide, "Rollout configuration")


def create_request(fleet: FleetSpec, parameters: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The request, with these values of the job's parameters (`document.values_of`)."""
    return {
        "targetSelection": fleet["targetSelection"],
        **_document(fleet, parameters),
        **_presigned(fleet),
        **_pace(fleet),
        **_schedule(fleet, now),
    }


def _document(fleet: FleetSpec, parameters: Mapping[str, str]) -> dict[str, Any]:
    if "document" in fleet:
        return {"document": filled_in(as_text(fleet["document"]), parameters)}
    if "documentSource" in fleet:
        return {"documentSource": fleet["documentSource"]}
    template = fleet["jobTemplateArn"]
    values = {**fleet.get("documentParameters", {}), **parameters} if is_managed(template) else {}
    return {"jobTemplateArn": template, **({"documentParameters": values} if values else {})}


def _presigned(fleet: FleetSpec) -> dict[str, Any]:
    return {"presignedUrlConfig": dict(fleet["presignedUrl"])} if "presignedUrl" in fleet else {}


def _pace(fleet: FleetSpec) -> dict[str, Any]:
    """How fast, until when, how often again."""
    made: dict[str, Any] = {}
    if "rollout" in fleet:
        made["jobExecutionsRolloutConfig"] = {"maximumPerMinute": MAX_PER_MINUTE, **fleet["rollout"]}
    if "abort" in fleet:
        made["abortConfig"] = {"criteriaList": [{**criterion, "action": "CANCEL"} for criterion in fleet["abort"]]}
    if "inProgressTimeoutInMinutes" in fleet:
        made["timeoutConfig"] = {"inProgressTimeoutInMinutes": fleet["inProgressTimeoutInMinutes"]}
    if "retry" in fleet:
        made["jobExecutionsRetryConfig"] = {"criteriaList": [dict(one) for one in fleet["retry"]]}
    return made


def _schedule(fleet: FleetSpec, now: datetime) -> dict[str, Any]:
    if "maintenanceWindows" not in fleet:
        return {}
    windows = [as_aws(window) for window in fleet["maintenanceWindows"]]
    return {"schedulingConfig": {"startTime": earliest_start(now.astimezone(UTC)), "maintenanceWindows": windows}}
