"""Look at IoT's own list of a rollout's devices, for what no event tells.

There is no event for a device that was queued or is in progress, and one may be lost (AWS IoT Developer Guide, "Jobs
events").
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.jobs.model.device import OPEN, Device, DeviceStatus
from functions.jobs.model.page import Page, PageRequest
from functions.jobs.model.rollout import IotJob, Rollout
from functions.jobs.model.run import Run
from functions.jobs.ports.fleet import DeviceStore, IotJobs, RolloutStore

Place = tuple[DeviceStatus, str | None]  # in which part of the list, and where in it


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceReconciler:
    """Notes what IoT's lists of devices have and the table has not."""

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
        """Note what IoT has and we do not, until no time is left; whether it came to an end.

        `known` is how many devices we have in each status: those statuses are read of which IoT has another number.
        Nothing is read where somebody else has just begun to look.
        """
        behind = lagging(job, known)
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
        """The same from the beginning, whoever else looks; None if time was over before the end.

        It answers how many executions IoT counts and does not list yet. They are not compared with our own numbers: AWS
        says that it counts things (AWS IoT API Reference, JobProcessDetails), and not whether one that failed and was
        asked again counts twice.
        """
        missing = 0
        for status in lagging(job, known):
            listed, left = self._read(rollout, status, None, time_left)
            if left is not None:
                return None
            missing += max(0, job.counts[status] - listed)
        return missing

    def _read(
        self, rollout: Rollout, status: DeviceStatus, cursor: str | None, time_left: Callable[[], bool]
    ) -> tuple[int, str | None]:
        """Note the devices of a status from a place on: how many, and where to go on if time is over before the end."""
        listed = 0
        while True:
            page = self.iot.devices(rollout.run_id, cursor, status)
            for report in page.items:
                self.devices.note(rollout, report)
            listed, cursor = listed + len(page.items), page.cursor
            if cursor is None or not time_left():
                return listed, cursor


def lagging(job: IotJob, known: Mapping[DeviceStatus, int]) -> list[DeviceStatus]:
    """The statuses in which IoT has more devices than we know."""
    return [status for status in DeviceStatus if job.counts.get(status, 0) > known.get(status, 0)]


def _places(behind: list[DeviceStatus], cursor: str | None) -> Iterator[Place]:
    """Where to read: first on from where the last look was out of time."""
    begun, _, token = (cursor or "").partition(" ")
    if begun in behind:
        yield DeviceStatus(begun), token
    yield from ((status, None) for status in behind if status != begun)


_FRESH = timedelta(seconds=5)  # readers that come more often share a look


@dataclass(frozen=True, kw_only=True, slots=True)
class DevicePages:
    """Lists the devices of a run, as IoT has them now."""

    rollouts: RolloutStore
    devices: DeviceStore
    iot: IotJobs
    reconciler: DeviceReconciler

    def read_devices(
        self,
        run: Run,
        wish: PageRequest,
        statuses: Collection[DeviceStatus],
        now: datetime,
        time_left: Callable[[], bool],
    ) -> Page[Device]:
        """The devices of a run by name, those in one of these statuses; raises InvalidTokenError.

        Who reads from the beginning sees what has happened by now: no event tells of a device that begins.
        """
        if wish.cursor is None and (run.is_active or any(status in run.devices for status in OPEN)):
            self._refresh(run, now, time_left)
        return self.devices.page(run.job_id, run.id, wish, statuses)

    def _refresh(self, run: Run, now: datetime, time_left: Callable[[], bool]) -> None:
        rollout = self.rollouts.get(run.id)
        if rollout is None or (rollout.looked_at and now < rollout.looked_at + _FRESH):
            return
        job = self.iot.describe(run.id)
        if job:
            self.reconciler.reconcile(rollout, job, run.devices, now, time_left)
