"""Tell the execution that waits for a rollout how it has ended, if it has."""

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

_LOOKS = 3  # until nothing that IoT has ended is open with us
# IoT's list may be late, and so may events: what is not known by then never will be. The sweep comes by meanwhile.
_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutConcluder:
    """Ends the executions of rollouts that have ended."""

    runs: RunStore
    iot: IotJobs
    reconciler: DeviceReconciler
    waiting: Waiting

    def conclude_rollout(self, rollout: Rollout, now: datetime, time_left: Callable[[], bool]) -> Verdict | None:
        """The verdict, if the IoT job has ended on all devices; telling it again changes nothing."""
        job = self.iot.describe(rollout.run_id)
        return self.conclude_job(rollout, job, now, time_left) if job else None

    def conclude_job(
        self, rollout: Rollout, job: IotJob, now: datetime, time_left: Callable[[], bool]
    ) -> Verdict | None:
        """The same where the job has just been described. A canceled one may still be in progress on devices.

        None also if time is over before all devices are known, or IoT's list has not all of them yet: whoever comes
        next goes on.
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
        """The run with its devices as they stand last, and how many IoT counts and does not list yet.

        None if there is no run, or time is over. A run is judged by our own numbers: each device counts once.
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
        """End the execution with a verdict; False if it does not wait any more."""
        if verdict.error is None:
            return self.waiting.succeed(rollout.token, told(verdict))
        return self.waiting.fail(rollout.token, verdict.error, verdict.message)


def told(verdict: Verdict) -> Mapping[str, Any]:
    """A verdict as the output of an execution."""
    return {"message": verdict.message, "devices": {str(status): number for status, number in verdict.counts.items()}}
