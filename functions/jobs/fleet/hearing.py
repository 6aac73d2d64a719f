"""What is known of a device once something is heard of it."""

from collections.abc import Mapping
from dataclasses import replace

from functions.jobs.fleet.device import Device, DeviceReport

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
