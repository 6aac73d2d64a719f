"""Read the devices of a rollout: bring the table up to date with IoT's list, and list the devices of a run.

The beginning and the end of a rollout, the sweep, and readers of a run's devices start this. AWS IoT publishes no event
for a device that is queued or in progress, and an event may be lost (AWS IoT Developer Guide, "Jobs events"). So the
statuses of which IoT counts more devices than the table are read from IoT. A repeated call changes nothing.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.jobs.model.device import OPEN, Device, DeviceStatus
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.rollout import IotJob, Rollout
from functions.jobs.model.run import Run
from functions.jobs.ports.fleet import DeviceStore, IotJobs, RolloutStore

Place = tuple[DeviceStatus, str | None]  # a status, and a cursor in IoT's list of the devices with this status
_FRESH = timedelta(seconds=5)  # readers within this time share a look at IoT's list


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceReconciler:
    """Brings the devices in the table up to date with IoT's lists."""

    rollouts: RolloutStore
    devices: DeviceStore
    iot: IotJobs

    def reconcile(
        self,
        rollout: Rollout,
        job: IotJob,
        known: Mapping[DeviceStatus, int],
        now: datetime,
        time_left: Callable[[], bool],
    ) -> bool:
        """Keep what IoT's lists have and the table has not, until no time is left; returns whether it got to the end.

        `known` are our numbers of devices by status. A status is read if IoT counts more devices in it. Nothing is
        read while another caller has just begun to.
        """
        behind = _behind(job, known)
        if not behind or not self.rollouts.looked(rollout, rollout.cursor, now):
            return not behind
        claimed = replace(rollout, looked_at=now)
        for status, cursor in _places(behind, rollout.cursor):
            _, left = self._read(rollout, status, cursor, time_left)
            if left is not None:
                self.rollouts.looked(claimed, f"{status} {left}", now)
                return False
        self.rollouts.looked(claimed, None, now)
        return True

    def catch_up(
        self, rollout: Rollout, job: IotJob, known: Mapping[DeviceStatus, int], time_left: Callable[[], bool]
    ) -> int | None:
        """Keep what IoT's lists have, from their beginning, even if another caller reads them too.

        Returns how many device executions IoT counts but does not list yet; None if the time was over before the end.
        IoT's numbers are compared with its lists, not with our numbers: it counts things (AWS IoT API Reference,
        JobProcessDetails), but does not say whether a thing with two attempts counts twice.
        """
        missing = 0
        for status in _behind(job, known):
            listed, left = self._read(rollout, status, None, time_left)
            if left is not None:
                return None
            missing += max(0, job.counts[status] - listed)
        return missing

    def _read(
        self, rollout: Rollout, status: DeviceStatus, cursor: str | None, time_left: Callable[[], bool]
    ) -> tuple[int, str | None]:
        """Keep the devices of a status from a cursor on; returns how many, and the next cursor if the time is over."""
        listed = 0
        while True:
            page = self.iot.devices(rollout.run_id, cursor, status)
            for report in page.items:
                self.devices.note(rollout, report)
            listed, cursor = listed + len(page.items), page.cursor
            if cursor is None or not time_left():
                return listed, cursor


def _behind(job: IotJob, known: Mapping[DeviceStatus, int]) -> list[DeviceStatus]:
    """The statuses in which IoT counts more devices than the table."""
    return [status for status in DeviceStatus if job.counts.get(status, 0) > known.get(status, 0)]


def _places(behind: list[DeviceStatus], cursor: str | None) -> Iterator[Place]:
    """The places to read from, beginning where the last look ran out of time."""
    begun, _, token = (cursor or "").partition(" ")
    if begun in behind:
        yield DeviceStatus(begun), token
    yield from ((status, None) for status in behind if status != begun)


@dataclass(frozen=True, kw_only=True, slots=True)
class DevicePages:
    """Lists the devices of a run with their present statuses. Without fleets, `iot` is None and they do not change."""

    rollouts: RolloutStore
    devices: DeviceStore
    iot: IotJobs | None
    reconciler: DeviceReconciler

    def read_devices(
        self,
        run: Run,
        request: PageRequest,
        statuses: Collection[DeviceStatus],
        now: datetime,
        time_left: Callable[[], bool],
    ) -> Page[Device]:
        """The devices of a run that have one of these statuses, by name; raises InvalidTokenError.

        The first page is read after a look at IoT's list, because no event reports a device that begins.
        """
        if request.cursor is None and (run.is_active or any(status in run.devices for status in OPEN)):
            self._refresh(run, now, time_left)
        return self.devices.page(run.job_id, run.id, request, statuses)

    def _refresh(self, run: Run, now: datetime, time_left: Callable[[], bool]) -> None:
        rollout = self.rollouts.get(run.id) if self.iot else None
        if self.iot is None or rollout is None or (rollout.looked_at and now < rollout.looked_at + _FRESH):
            return
        job = self.iot.describe(run.id)
        if job:
            self.reconciler.reconcile(rollout, job, run.devices, now, time_left)
