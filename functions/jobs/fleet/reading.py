"""Use case: read how the devices of a run stand, as IoT has it now."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.jobs.fleet.device import OPEN, Device, DeviceStatus
from functions.jobs.fleet.looking import Looking
from functions.jobs.ports import Page, PageWish
from functions.jobs.run import Run

_FRESH = timedelta(seconds=5)  # readers that come more often share a look


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingDevices:
    """What it needs."""

    look: Looking

    def __call__(
        self,
        run: Run,
        wish: PageWish,
        statuses: Collection[DeviceStatus],
        now: datetime,
        time_left: Callable[[], bool],
    ) -> Page[Device]:
        """The devices of a run by name, those in one of these statuses; raises InvalidTokenError.

        Who reads from the beginning sees what has happened by now: no event tells of a device that begins.
        """
        if wish.cursor is None and (run.is_active or any(status in run.devices for status in OPEN)):
            self._refresh(run, now, time_left)
        return self.look.devices.page(run.job_id, run.id, wish, statuses)

    def _refresh(self, run: Run, now: datetime, time_left: Callable[[], bool]) -> None:
        rollout = self.look.rollouts.get(run.id)
        if rollout is None or (rollout.looked_at and now < rollout.looked_at + _FRESH):
            return
        job = self.look.iot.describe(run.id)
        if job:
            self.look(rollout, job, run.devices, now, time_left)
