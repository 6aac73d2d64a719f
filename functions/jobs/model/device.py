"""A device of a fleet run: the execution of the run's IoT job on one thing, and what each report changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class DeviceStatus(StrEnum):
    """Where an IoT job stands on a device (AWS IoT API Reference, JobExecutionStatus)."""

    QUEUED = "QUEUED"
    IN_PROGRESS = "IN_PROGRESS"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    REJECTED = "REJECTED"
    TIMED_OUT = "TIMED_OUT"
    REMOVED = "REMOVED"
    CANCELED = "CANCELED"


OPEN = (DeviceStatus.QUEUED, DeviceStatus.IN_PROGRESS)
# What a rollout has to be judged by; a device that was removed from the targets is no part of them any more.
FAILURES = (DeviceStatus.FAILED, DeviceStatus.REJECTED, DeviceStatus.TIMED_OUT, DeviceStatus.CANCELED)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceReport:
    """What is heard of a device: `number` counts the executions of the job on it, from 1 on.

    `details` is what the device has said of it; None where the source does not tell, as IoT's lists do not.
    """

    thing: str
    number: int
    status: DeviceStatus
    at: datetime
    queued_at: datetime | None = None
    started_at: datetime | None = None
    details: Mapping[str, str] | None = None

    def is_newer_than(self, known: "DeviceReport | None") -> bool:
        """Whether it says more than what is known: a later execution, or a later step of the same one.

        Events come more than once and in any order. What is final is never changed (AWS IoT Developer Guide, "Jobs and
        job execution states"); only its details may be missing still.
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
    """A device of a run: its latest execution, and those before it that were retried, by number."""

    job_id: str
    run_id: str
    latest: DeviceReport
    earlier: Mapping[int, DeviceReport] = field(default_factory=dict)


# IoT repeats a job on a device at most 10 times (AWS IoT Developer Guide, "Job execution retry"); one that leaves and
# joins the group of a continuous job again and again has more executions: those long ago are forgotten.
KEPT = 25


def hear(device: Device, report: DeviceReport) -> Device | None:
    """The device with this report; None if it is no news.

    Of an execution that was repeated since, news may come late: it belongs to those before the latest one.
    """
    latest = device.latest
    if report.number > latest.number:
        return replace(device, latest=report, earlier=_newest({**device.earlier, latest.number: latest}))
    known = latest if report.number == latest.number else device.earlier.get(report.number)
    if not report.is_newer_than(known):
        return None
    told = _with(known, report) if known else report
    if report.number == latest.number:
        return replace(device, latest=told)
    earlier = _newest({**device.earlier, report.number: told})
    return replace(device, earlier=earlier) if report.number in earlier else None


def _newest(reports: Mapping[int, DeviceReport]) -> dict[int, DeviceReport]:
    return {number: reports[number] for number in sorted(reports)[-KEPT:]}


def _with(known: DeviceReport, report: DeviceReport) -> DeviceReport:
    """Events tell no times but their own, and lists no details: what is known and not told anew stays known."""
    if report.status is known.status:
        return replace(known, details=report.details)
    return replace(
        report,
        queued_at=report.queued_at or known.queued_at,
        started_at=report.started_at or known.started_at,
    )
