"""Follow the events of AWS IoT about the IoT job of a run and about its devices.

A rule of AWS IoT starts this for each event. It keeps the status of a device, or ends the run if the IoT job has ended.
Events may come twice, late or in any order: old news changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from functions.jobs.model.device import DeviceReport, DeviceStatus
from functions.jobs.model.rollout import Rollout, Verdict
from functions.jobs.ports.fleet import DeviceStore, RolloutStore
from functions.jobs.runs.conclude_rollout import RolloutConcluder


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceFollower:
    """Keeps what the events of AWS IoT report about rollouts and their devices."""

    rollouts: RolloutStore
    devices: DeviceStore
    concluder: RolloutConcluder

    def note_device(self, run_id: str, report: DeviceReport) -> tuple[Rollout | None, bool]:
        """Keep the status of a device; returns its rollout, and whether the report was news."""
        rollout = self.rollouts.get(run_id)
        return rollout, rollout is not None and self.devices.note(rollout, report)

    def note_job(
        self, run_id: str, now: datetime, time_left: Callable[[], bool]
    ) -> tuple[Rollout | None, Verdict | None]:
        """End the run if its IoT job has ended; returns the rollout, and the verdict if there is one."""
        rollout = self.rollouts.get(run_id)
        return rollout, self.concluder.conclude_rollout(rollout, now, time_left) if rollout else None


def read_report(event: Mapping[str, Any]) -> DeviceReport | None:
    """Read an event of a job execution; None if it reports no status, as when the execution is deleted.

    An unreadable event stays unreadable on retry, so it is None too. The sweep finds the device's status.
    Source: AWS IoT Developer Guide, "Jobs events": `timestamp` is in seconds, and status details are texts.
    """
    status = event.get("status")
    if event.get("operation") == "deleted" or status not in list(DeviceStatus):
        return None
    try:
        return _report(event, DeviceStatus(status))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return None


def _report(event: Mapping[str, Any], status: DeviceStatus) -> DeviceReport:
    _, found, thing = str(event["thingArn"]).partition(":thing/")
    if not found:
        raise ValueError("the ARN does not name a thing")
    return DeviceReport(
        thing=thing,
        # The samples in the guide do not show it, but events have it. Without it, the event is of the first execution.
        number=int(event.get("executionNumber", 1)),
        status=status,
        at=datetime.fromtimestamp(event["timestamp"], UTC),
        details={str(name): str(value) for name, value in (event.get("statusDetails") or {}).items()},
    )
