"""What IoT is asked for when a fleet job is rolled out: its CreateJob, without the job's id and its targets.

Source: AWS IoT API Reference, CreateJob.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from functions.jobs.fleet.document import as_text, filled_in
from functions.jobs.fleet.spec import FleetSpec
from functions.jobs.fleet.templates import is_managed
from functions.jobs.fleet.windows import as_aws, earliest_start

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
