"""What fleet runs need of the outside world; functions/aws has the implementations."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from functions.jobs.model.device import Device, DeviceReport, DeviceStatus
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.rollout import IotJob, Rollout


class RefusedError(Exception):
    """IoT refuses a rollout, and would again: the words are IoT's own."""


class RolloutStore(Protocol):
    """Keeps rollouts, by the id of their run."""

    def get(self, run_id: str) -> Rollout | None: ...

    def begin(self, rollout: Rollout) -> Rollout | None:
        """Put it, or give the one that is there the new token; None if the run is not active, or a later call came."""

    def made(self, rollout: Rollout) -> bool:
        """Its IoT job was made: the run is ACTIVE; False if it has ended meanwhile."""

    def looked(self, rollout: Rollout, cursor: str | None, at: datetime) -> bool:
        """Claim a look at IoT's list for the one who comes first; False if somebody else was faster."""

    def open(self) -> Iterable[Rollout]:
        """Those with something left to do, the oldest first."""

    def close(self, rollout: Rollout) -> None:
        """Nothing is left to do. It is forgotten with its run."""


class DeviceStore(Protocol):
    """Keeps the devices of fleet runs, and counts them by status in their run."""

    def note(self, rollout: Rollout, report: DeviceReport) -> bool:
        """Keep what is heard, in one transaction with the run's counts; False if it is no news."""

    def page(self, job_id: str, run_id: str, wish: PageRequest, statuses: Collection[DeviceStatus]) -> Page[Device]: ...

    def of_thing(self, thing: str, wish: PageRequest) -> Page[Device]:
        """The executions on a device, those of the newest run first."""

    def things(self, job_id: str, run_id: str, statuses: Collection[DeviceStatus]) -> Iterator[str]: ...


class IotJobs(Protocol):
    """AWS IoT Core Jobs. `run_id` names the job: the adapter makes IoT's id of it."""

    def create(self, run_id: str, job_id: str, targets: Sequence[str], request: Mapping[str, Any]) -> None:
        """Create it for these ARNs; if it is there and is this run's, that is fine. Raises RefusedError."""

    def describe(self, run_id: str) -> IotJob | None: ...

    def cancel(self, run_id: str, *, force: bool, comment: str) -> None:
        """Cancel it; nothing to do if it has ended or was never made. `force`: also where it is in progress."""

    def devices(self, run_id: str, cursor: str | None, status: DeviceStatus | None = None) -> Page[DeviceReport]: ...

    def events_are_on(self) -> bool:
        """Whether IoT tells of jobs and their executions: a switch of the whole account and region."""


class Things(Protocol):
    """The registry of devices. Names in, ARNs out."""

    def arns(self, things: Iterable[str]) -> list[str]: ...
    def group_arns(self, groups: Iterable[str]) -> list[str]: ...

    def unknown(self, things: Collection[str], groups: Collection[str]) -> tuple[list[str], list[str]]:
        """Those that do not exist."""

    def has_things(self, group: str) -> bool:
        """Whether a group, or one below it, has any; False also if there is no such group."""

    def search(self, query: str) -> Iterator[str]:
        """What fleet indexing finds; raises RefusedError, as where it is not switched on."""

    def group_of(self, run_id: str) -> str:
        """The name of a run's temporary group, whether it is there or not."""

    def gather(self, run_id: str, things: Iterable[str]) -> str:
        """Make, or complete, the temporary group of these things; its name. Raises RefusedError."""

    def gather_by_query(self, run_id: str, query: str) -> str:
        """Make the temporary group a dynamic one; its name. Raises RefusedError."""

    def disperse(self, group: str, *, is_dynamic: bool) -> None:
        """Delete a temporary group; nothing to do if it is gone."""


class Waiting(Protocol):
    """The execution that waits for a rollout's end. False: it does not wait any more."""

    def succeed(self, token: str, output: Mapping[str, Any]) -> bool: ...
    def fail(self, token: str, error: str, cause: str) -> bool: ...
