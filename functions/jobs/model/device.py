"""A device of a fleet run: its executions, and how a report about one changes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class DeviceStatus(StrEnum):
    """The status of a device execution (AWS IoT API Reference, JobExecutionStatus), or LEFT_OUT.

    LEFT_OUT is ours: AWS IoT does not take the thing into the run's temporary group, so it never gets the job.
    """

    QUEUED = "QUEUED"
    IN_PROGRESS = "IN_PROGRESS"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    REJECTED = "REJECTED"
    TIMED_OUT = "TIMED_OUT"
    REMOVED = "REMOVED"
    CANCELED = "CANCELED"
    LEFT_OUT = "LEFT_OUT"


OPEN = (DeviceStatus.QUEUED, DeviceStatus.IN_PROGRESS)
# The failures that a rollout's success rule counts. REMOVED is none: such a device is no longer a target.
FAILURES = (
    DeviceStatus.FAILED,
    DeviceStatus.REJECTED,
    DeviceStatus.TIMED_OUT,
    DeviceStatus.CANCELED,
    DeviceStatus.LEFT_OUT,
)
# The ends after which AWS IoT never hands the job to the device again. It may retry FAILED and TIMED_OUT.
FINAL = (DeviceStatus.SUCCEEDED, DeviceStatus.REJECTED, DeviceStatus.REMOVED, DeviceStatus.CANCELED)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceReport:
    """News about one device execution, from an event or a list of IoT.

    `number` counts the executions of the rollout on this device, from 1 on; it is 0 for LEFT_OUT. `details` are the
    device's own, or None if the source has none, as IoT's lists do not.
    """

    thing: str
    number: int
    status: DeviceStatus
    at: datetime
    queued_at: datetime | None = None
    started_at: datetime | None = None
    details: Mapping[str, str] | None = None

    def is_newer_than(self, known: "DeviceReport | None") -> bool:
        """Whether the report adds to what is known: a later execution, or a later step of the same one.

        Events come more than once and in any order. A final status never changes (AWS IoT Developer Guide, "Jobs and
        job execution states"), but its details may still be missing.
        """
        if known is None or self.number != known.number:
            return known is None or self.number > known.number
        if self.status is known.status:
            return self.details is not None and known.details is None
        return _STEPS.get(self.status, _FINAL) > _STEPS.get(known.status, _FINAL)


_STEPS = {DeviceStatus.QUEUED: 0, DeviceStatus.IN_PROGRESS: 1}
_FINAL = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """A device of a run: its latest execution, and by number the earlier ones, which were retried."""

    job_id: str
    run_id: str
    latest: DeviceReport
    earlier: Mapping[int, DeviceReport] = field(default_factory=dict)


# IoT retries a job on a device at most 10 times (AWS IoT Developer Guide, "Job execution retry"). A device that leaves
# and rejoins the group of a CONTINUOUS rollout has more executions; the oldest are dropped.
KEPT = 25


def hear(device: Device, report: DeviceReport) -> Device | None:
    """Return the device with this report added; None if the report is no news.

    News may come late, about an execution that was retried since. It then changes one of the earlier executions.
    """
    latest = device.latest
    if report.number > latest.number:
        return replace(device, latest=report, earlier=_newest({**device.earlier, latest.number: latest}))
    known = latest if report.number == latest.number else device.earlier.get(report.number)
    if not report.is_newer_than(known):
        return None
    merged = _merged(known, report) if known else report
    if report.number == latest.number:
        return replace(device, latest=merged)
    earlier = _newest({**device.earlier, report.number: merged})
    return replace(device, earlier=earlier) if report.number in earlier else None


def _newest(reports: Mapping[int, DeviceReport]) -> dict[int, DeviceReport]:
    return {number: reports[number] for number in sorted(reports)[-KEPT:]}


def _merged(known: DeviceReport, report: DeviceReport) -> DeviceReport:
    """Keep what the new report lacks: events have only their own time, and lists have no details."""
    if report.status is known.status:
        return replace(known, details=report.details)
    return replace(
        report,
        queued_at=report.queued_at or known.queued_at,
        started_at=report.started_at or known.started_at,
    )
