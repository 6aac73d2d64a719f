"""How an IoT job stands, as IoT describes it."""

from collections.abc import Mapping
from typing import Any

from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.rollout import IotJob

_COUNTS = {
    DeviceStatus.QUEUED: "numberOfQueuedThings",
    DeviceStatus.IN_PROGRESS: "numberOfInProgressThings",
    DeviceStatus.SUCCEEDED: "numberOfSucceededThings",
    DeviceStatus.FAILED: "numberOfFailedThings",
    DeviceStatus.REJECTED: "numberOfRejectedThings",
    DeviceStatus.TIMED_OUT: "numberOfTimedOutThings",
    DeviceStatus.REMOVED: "numberOfRemovedThings",
    DeviceStatus.CANCELED: "numberOfCanceledThings",
}


def job_of(told: Mapping[str, Any]) -> IotJob:
    """The job in an answer of DescribeJob."""
    numbers = told.get("jobProcessDetails", {})
    return IotJob(
        status=told["status"],
        counts={status: numbers[name] for status, name in _COUNTS.items() if numbers.get(name)},
        reason_code=told.get("reasonCode"),
        comment=told.get("comment"),
        completed_at=told.get("completedAt"),
    )
