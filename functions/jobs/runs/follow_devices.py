"""IoT tells of a run's job, or of one of its devices. News may come twice, late, or in any order."""

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
    """Notes what IoT reports of rollouts and their devices."""

    rollouts: RolloutStore
    devices: DeviceStore
    concluder: RolloutConcluder

    def note_device(self, run_id: str, report: DeviceReport) -> tuple[Rollout | None, bool]:
        """Note how a device stands: the rollout that it is part of, and whether that was news."""
        rollout = self.rollouts.get(run_id)
        return rollout, rollout is not None and self.devices.note(rollout, report)

    def note_job(
        self, run_id: str, now: datetime, time_left: Callable[[], bool]
    ) -> tuple[Rollout | None, Verdict | None]:
        """The run's IoT job has changed: end the run if the job has ended."""
        rollout = self.rollouts.get(run_id)
        return rollout, self.concluder.conclude_rollout(rollout, now, time_left) if rollout else None


def read_report(event: Mapping[str, Any]) -> DeviceReport | None:
    """What an event of a job execution says; None if it is not about where the job stands, as when one is deleted.

    What cannot be understood would not be the next time: it is none either, and the sweep finds what it was about.
    Source: AWS IoT Developer Guide, "Jobs events": `timestamp` is in seconds; a device's own words are texts.
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
        raise ValueError("the ARN is of no thing")
    return DeviceReport(
        thing=thing,
        # Not shown in the guide's samples, but there: without it, the event is of the first execution.
        number=int(event.get("executionNumber", 1)),
        status=status,
        at=datetime.fromtimestamp(event["timestamp"], UTC),
        details={str(name): str(value) for name, value in (event.get("statusDetails") or {}).items()},
    )
