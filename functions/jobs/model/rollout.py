"""A rollout: the IoT job of a fleet run, what the table keeps of it while it is open, and its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from functions.jobs.model.device import OPEN, DeviceStatus
from functions.jobs.model.fleet_spec import Selection, SuccessRule

ENDED = ("COMPLETED", "CANCELED", "DELETION_IN_PROGRESS")  # values of IoT's JobStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class IotJob:
    """IoT's description of a job: `counts` of its devices by status; `reason_code` and `comment` of a cancellation."""

    status: str
    counts: Mapping[DeviceStatus, int]
    reason_code: str | None = None
    comment: str | None = None
    completed_at: datetime | None = None

    @property
    def has_ended(self) -> bool:
        """Whether IoT notifies no more devices."""
        return self.status in ENDED

    @property
    def open_devices(self) -> int:
        """How many devices may still report."""
        return sum(self.counts.get(status, 0) for status in OPEN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollout:
    """What the table keeps of a rollout until nothing is left to do for it.

    The id of the IoT job is derived from the run's, so that creating it twice creates one. `token` is the task token
    with which the run's execution waits. `group` is the temporary thing group of the run's targets, if there is one.
    `cursor` is where the next read of IoT's list of devices continues; None: at its beginning.
    """

    run_id: str
    job_id: str
    token: str
    selection: Selection
    success: SuccessRule
    created_at: datetime
    group: str | None = None
    is_dynamic: bool = False
    cursor: str | None = None
    looked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """How a fleet run ends: `error` is None for a success; `message` explains why, in a sentence."""

    error: str | None
    message: str
    counts: Mapping[DeviceStatus, int] = field(default_factory=dict)
