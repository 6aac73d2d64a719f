"""Retry the devices of a finished fleet run that failed.

A call of the API starts this. It starts a new run of the job for those devices. A repeated call with the same
idempotency key returns the same run.
"""

from dataclasses import dataclass

from functions.jobs.model.device import DeviceStatus
from functions.jobs.model.errors import ActiveRunError, ConflictError
from functions.jobs.model.run import Run
from functions.jobs.ports.fleet import DeviceStore
from functions.jobs.ports.runs import RunStore
from functions.jobs.runs.launch import RunLauncher
from functions.jobs.runs.trigger import Trigger, found

Statuses = tuple[DeviceStatus, ...]


class NoFleetError(ConflictError):
    """The run is not a fleet run."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"Run {run_id} has no devices. Repeat the whole run with actions/rerun.")


class NoSuchDevicesError(ConflictError):
    """None of the run's devices has one of these statuses."""

    def __init__(self, run_id: str, statuses: Statuses) -> None:
        super().__init__(f"No device of run {run_id} is {' or '.join(statuses)}, so there is nothing to repeat.")


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceRetrier:
    """Repeats a fleet run for those of its devices that failed."""

    devices: DeviceStore
    runs: RunStore
    launcher: RunLauncher

    def retry_devices(self, trigger: Trigger, run_id: str, statuses: Statuses) -> Run:
        """Start a run of the job as it is now, for the devices of an earlier run that have one of these statuses.

        Raises RunNotFoundError, ActiveRunError, NoFleetError, NoSuchDevicesError, and what starting a run raises.
        """
        run = found(self.runs, trigger.job_id, run_id)
        if not run.plan.fleet:
            raise NoFleetError(run_id)
        if run.is_active:
            raise ActiveRunError(run_id)
        if next(iter(self.devices.things(run.job_id, run_id, statuses)), None) is None:
            raise NoSuchDevicesError(run_id, statuses)
        return self.launcher.rerun(trigger, run_id, devices=statuses)
