"""The CreateJob request of a fleet run, and the rules of its maintenance windows.

Maintenance windows say when IoT notifies devices. IoT refuses them in a SNAPSHOT job, and without a start time that is
at least thirty minutes ahead (AWS IoT API Reference, SchedulingConfig).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.jobs.expressions.aws_cron import read_aws
from functions.jobs.fleet.document import as_text, filled_in, is_managed
from functions.jobs.model.errors import Problem
from functions.jobs.model.fleet_spec import FleetRunSpec, FleetSpec, MaintenanceWindow

AHEAD = timedelta(minutes=32)  # two more than IoT asks for: seconds are cut off, and clocks differ
_CRON = re.compile(r"cron\((.*)\)", re.DOTALL)


def window_problems(run: FleetRunSpec) -> Iterator[Problem]:
    """Yield what is wrong with the maintenance windows of a fleet job."""
    windows, path = run["fleet"].get("maintenanceWindows"), "/run/fleet/maintenanceWindows"
    if windows is None:
        return
    if run["fleet"]["targetSelection"] == "SNAPSHOT":
        yield Problem(path, "cannot be used with targetSelection SNAPSHOT. Use CONTINUOUS, or a schedule instead.")
    if run["timeoutSeconds"] <= AHEAD.total_seconds():
        message = f"must be more than {AHEAD.seconds}: with maintenanceWindows, IoT begins half an hour after the run."
        yield Problem("/run/timeoutSeconds", message)
    for place, window in enumerate(windows):
        try:
            as_aws(window)
        except ValueError as wrong:
            yield Problem(f"{path}({place})/startTime", str(wrong))


def as_aws(window: MaintenanceWindow) -> dict[str, str | int]:
    """Return a window as IoT takes it; raises ValueError with a message for the user."""
    found = _CRON.fullmatch(window["startTime"].strip())
    if found is None:
        raise ValueError("must be a cron expression in AWS's form, in UTC, such as cron(0 2 ? * SUN *).")
    return {"startTime": read_aws(found[1])[1], "durationInMinutes": window["durationInMinutes"]}


def earliest_start(now: datetime) -> str:
    """Return the first start time that IoT takes, in its format: minutes, without a zone. `now` is in UTC."""
    return (now + AHEAD).strftime("%Y-%m-%dT%H:%M")


MAX_PER_MINUTE = 1000  # the limit and also IoT's default (AWS IoT Developer Guide, "Rollout configuration")


def create_request(fleet: FleetSpec, parameters: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return the CreateJob request, with these values of the job's parameters (see `document.values_of`)."""
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
    """Return the rollout rate, the abort criteria, the time limit and the retries."""
    members: dict[str, Any] = {}
    if "rollout" in fleet:
        members["jobExecutionsRolloutConfig"] = {"maximumPerMinute": MAX_PER_MINUTE, **fleet["rollout"]}
    if "abort" in fleet:
        members["abortConfig"] = {"criteriaList": [{**criterion, "action": "CANCEL"} for criterion in fleet["abort"]]}
    if "inProgressTimeoutInMinutes" in fleet:
        members["timeoutConfig"] = {"inProgressTimeoutInMinutes": fleet["inProgressTimeoutInMinutes"]}
    if "retry" in fleet:
        members["jobExecutionsRetryConfig"] = {"criteriaList": [dict(one) for one in fleet["retry"]]}
    return members


def _schedule(fleet: FleetSpec, now: datetime) -> dict[str, Any]:
    if "maintenanceWindows" not in fleet:
        return {}
    windows = [as_aws(window) for window in fleet["maintenanceWindows"]]
    return {"schedulingConfig": {"startTime": earliest_start(now.astimezone(UTC)), "maintenanceWindows": windows}}
