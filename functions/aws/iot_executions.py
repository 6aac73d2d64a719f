"""How a job stands on a device, as IoT lists it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from functions.jobs.model.device import DeviceReport, DeviceStatus

if TYPE_CHECKING:
    from mypy_boto3_iot.type_defs import JobExecutionSummaryForJobTypeDef


def report_of(summary: "JobExecutionSummaryForJobTypeDef") -> DeviceReport:
    """The report in a summary: lists have no details."""
    told = summary["jobExecutionSummary"]
    queued_at, started_at = _utc(told.get("queuedAt")), _utc(told.get("startedAt"))
    at = _utc(told.get("lastUpdatedAt")) or started_at or queued_at
    if at is None:
        raise ValueError(f"IoT tells no time of {summary['thingArn']}.")
    return DeviceReport(
        thing=summary["thingArn"].partition(":thing/")[2],
        number=told["executionNumber"],
        status=DeviceStatus(told["status"]),
        at=at,
        queued_at=queued_at,
        started_at=started_at,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None
