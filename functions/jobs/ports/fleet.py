"""Ports for fleet runs: the stores of rollouts and devices, AWS IoT, and the execution that waits for a rollout."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from functions.jobs.model.device import Device, DeviceReport, DeviceStatus
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.rollout import IotJob, Rollout


class RefusedError(Exception):
    """IoT refuses a request, and a retry would not help. The message is IoT's own."""


class RolloutStore(Protocol):
    """Keeps rollouts, by the id of their run."""

    def get(self, run_id: str) -> Rollout | None: ...

    def begin(self, rollout: Rollout) -> Rollout | None:
        """Save a rollout, or give the saved one the new token; None if the run is not active, or a later call came."""

    def made(self, rollout: Rollout) -> bool:
        """Mark the run ACTIVE because its IoT job exists; return False if the run has ended meanwhile."""

    def looked(self, rollout: Rollout, cursor: str | None, at: datetime) -> bool:
        """Claim the next read of IoT's list of devices; return False if another caller claimed it first."""

    def open(self) -> Iterable[Rollout]:
        """Return the rollouts for which something is left to do, oldest first."""

    def close(self, rollout: Rollout) -> None:
        """Mark that nothing is left to do for a rollout. It expires with its run."""


class DeviceStore(Protocol):
    """Keeps the devices of fleet runs, and counts them by status in their run."""

    def note(self, rollout: Rollout, report: DeviceReport) -> bool:
        """Save a report and the run's counts in one transaction; return False if the report is no news."""

    def page(self, job_id: str, run_id: str, request: PageRequest, statuses: Collection[DeviceStatus]) -> Page[Device]:
        """Return the devices of a run with one of these statuses, by name."""

    def of_thing(self, thing: str, request: PageRequest) -> Page[Device]:
        """Return what was rolled out to a device, the newest run first."""

    def things(self, job_id: str, run_id: str, statuses: Collection[DeviceStatus]) -> Iterator[str]:
        """Return the names of the run's devices with one of these statuses, in order."""


class IotJobs(Protocol):
    """AWS IoT Core Jobs. The adapter derives the id of an IoT job from `run_id`."""

    def create(self, run_id: str, job_id: str, targets: Sequence[str], request: Mapping[str, Any]) -> None:
        """Create the run's IoT job for these target ARNs, if it does not exist yet. Raises RefusedError."""

    def describe(self, run_id: str) -> IotJob | None: ...

    def cancel(self, run_id: str, *, force: bool, comment: str) -> None:
        """Cancel the IoT job, if it exists and is open; with `force` also on devices where it is in progress."""

    def devices(self, run_id: str, cursor: str | None, status: DeviceStatus | None = None) -> Page[DeviceReport]:
        """Return a part of IoT's list of the device executions."""

    def events_are_on(self) -> bool:
        """Return whether IoT publishes job events: a switch of the whole account and region."""


class Things(Protocol):
    """The registry of devices and thing groups."""

    def arns(self, things: Iterable[str]) -> list[str]:
        """Return the ARNs of things."""

    def group_arns(self, groups: Iterable[str]) -> list[str]:
        """Return the ARNs of thing groups."""

    def unknown(self, things: Collection[str], groups: Collection[str]) -> tuple[list[str], list[str]]:
        """Return the things and the groups that do not exist."""

    def has_things(self, group: str) -> bool:
        """Return whether a group or one below it has things; False also if the group does not exist."""

    def search(self, query: str) -> Iterator[str]:
        """Return the things that fleet indexing finds. Raises RefusedError, for example if indexing is off."""

    def group_of(self, run_id: str) -> str:
        """Return the name of a run's temporary group, which need not exist."""

    def gather(self, run_id: str, things: Iterable[str]) -> tuple[str, list[str]]:
        """Create or complete the run's temporary group of these things. Raises RefusedError.

        Return its name, and the things that are in as many groups as IoT allows: they stay outside.
        """

    def gather_by_query(self, run_id: str, query: str) -> str:
        """Create the run's temporary group as a dynamic one and return its name. Raises RefusedError."""

    def members(self, group: str) -> Iterator[str]:
        """Return the things in a temporary group; none if there is no such group."""

    def dismiss(self, group: str, things: Iterable[str]) -> None:
        """Take things out of a temporary group; nothing happens if they are not in it."""

    def disperse(self, group: str, *, is_dynamic: bool) -> None:
        """Delete a temporary group, if it exists."""


class Waiting(Protocol):
    """The execution that waits for the end of a rollout, found by its task token."""

    def succeed(self, token: str, output: Mapping[str, Any]) -> bool:
        """End the wait with this output; return False if the execution no longer waits."""

    def fail(self, token: str, error: str, cause: str) -> bool:
        """End the wait with this error; return False if the execution no longer waits."""
