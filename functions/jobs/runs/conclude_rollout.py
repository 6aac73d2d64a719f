"""End the execution of a fleet run with a verdict, once its IoT job has ended on all devices.

An event of the IoT job starts this, and so do the beginning of the rollout and the sweep. It brings the devices up to
date, judges them by the job's success rule, and sends the verdict to the execution that waits. A repeated call changes
nothing: the execution no longer waits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.jobs.fleet.verdict import judge
from functions.jobs.model.rollout import IotJob, Rollout, Verdict
from functions.jobs.model.run import Run
from functions.jobs.ports.fleet import IotJobs, Waiting
from functions.jobs.ports.runs import RunStore
from functions.jobs.runs.read_devices import DeviceReconciler

_LOOKS = 3  # how often IoT's list is read again while that still changes our numbers
# IoT's list and events may be late. What is not known after this time never will be. Until then the sweep tries again.
_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutConcluder:
    """Ends the executions of fleet runs whose rollouts have ended."""

    runs: RunStore
    iot: IotJobs
    reconciler: DeviceReconciler
    task_tokens: Waiting

    def conclude_rollout(self, rollout: Rollout, now: datetime, time_left: Callable[[], bool]) -> Verdict | None:
        """Describe the IoT job and end the run if the job has ended on all devices. Returns the verdict, or None."""
        job = self.iot.describe(rollout.run_id)
        return self.conclude_job(rollout, job, now, time_left) if job else None

    def conclude_job(
        self, rollout: Rollout, job: IotJob, now: datetime, time_left: Callable[[], bool]
    ) -> Verdict | None:
        """End the run if `job`, as just described, has ended on all devices. Returns the verdict, or None.

        A canceled job may still be in progress on devices. The verdict also has to wait for the next call if the time
        is over before all devices are known, or if IoT's list does not have all of them yet.
        """
        if not job.has_ended or job.open_devices:
            return None
        run, missing = self.known(rollout, job, time_left)
        if run is None or not run.is_active:
            return None
        if missing and job.completed_at and now < job.completed_at + _PATIENCE:
            return None
        verdict = judge(job, run.devices, rollout.success)
        self.tell(rollout, verdict)
        return verdict

    def known(self, rollout: Rollout, job: IotJob, time_left: Callable[[], bool]) -> tuple[Run | None, int]:
        """The run with its latest numbers of devices, and how many devices IoT counts but does not list yet.

        None if there is no run, or the time is over. The verdict uses our own numbers, because each device counts once.
        """
        run, missing = self.runs.get(rollout.job_id, rollout.run_id), 0
        for _ in range(_LOOKS):
            unlisted = self.reconciler.catch_up(rollout, job, run.devices, time_left) if run else None
            if run is None or unlisted is None:
                return None, 0
            before, missing = run, unlisted
            run = self.runs.get(rollout.job_id, rollout.run_id)
            if run is None or run.devices == before.devices:
                break
        return run, missing

    def tell(self, rollout: Rollout, verdict: Verdict) -> bool:
        """End the execution with a verdict; False if it no longer waits."""
        if verdict.error is None:
            return self.task_tokens.succeed(rollout.token, output_of(verdict))
        return self.task_tokens.fail(rollout.token, verdict.error, verdict.message)


def output_of(verdict: Verdict) -> Mapping[str, Any]:
    """A verdict as the output of the execution."""
    return {"message": verdict.message, "devices": {str(status): number for status, number in verdict.counts.items()}}
