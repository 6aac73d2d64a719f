"""A rollout: what is kept of a fleet run's IoT job as long as there is something to do for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from functions.jobs.model.device import OPEN, DeviceStatus
from functions.jobs.model.fleet_spec import Selection, SuccessRule

ENDED = ("COMPLETED", "CANCELED", "DELETION_IN_PROGRESS")  # of IoT's JobStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class IotJob:
    """How IoT describes a job: `counts` of its devices by status; `reason_code` and `comment` of a cancellation."""

    status: str
    counts: Mapping[DeviceStatus, int]
    reason_code: str | None = None
    comment: str | None = None
    completed_at: datetime | None = None

    @property
    def has_ended(self) -> bool:
        """Whether no device will be notified any more."""
        return self.status in ENDED

    @property
    def open_devices(self) -> int:
        """How many devices may still report."""
        return sum(self.counts.get(status, 0) for status in OPEN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollout:
    """A fleet run's IoT job: its id is derived from the run's, so that making it twice makes one.

    `token` is what the run's execution waits with. `group` is the temporary thing group that has the run's targets, if
    there is one. `cursor` is where the next look at IoT's list of devices goes on; None: at its beginning.
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
    """How a fleet run ends: `error` is None for a success; `words` say why, in a sentence."""

    error: str | None
    words: str
    counts: Mapping[DeviceStatus, int] = field(default_factory=dict)
