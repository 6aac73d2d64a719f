"""End rollouts: at a run's time limit, by a stop, and by the sweep once nothing is left to do for them.

The state machine of fleet runs calls `end_at_deadline`, stopping a run calls `cancel_rollout`, and the sweep calls
`tend_rollout` for each open rollout. A repeated call changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from zlib import crc32

from functions.jobs.fleet.verdict import STOPPED_BY_US, judge, judge_at_deadline
from functions.jobs.model.device import FINAL, OPEN, DeviceStatus
from functions.jobs.model.error_collector import ErrorCollector
from functions.jobs.model.outcome import DEADLINE, FLEET_ABORTED
from functions.jobs.model.rollout import IotJob, Rollout, Verdict
from functions.jobs.model.run import Run, RunStatus
from functions.jobs.ports.fleet import DeviceStore, IotJobs, RolloutStore, Things
from functions.jobs.ports.runs import RunStore
from functions.jobs.runs.conclude_rollout import RolloutConcluder
from functions.jobs.runs.read_devices import DeviceReconciler

_NAMED = 10  # devices that a message names
_PAGES = 20  # pages of IoT's list that are read for them
# How long a device that works on the job when its run ends may still report: the longest timer of AWS IoT for it.
_LATEST = timedelta(days=7)
# How long the function `roll_out` may still gather targets and create the IoT job: it ends within 15 minutes.
_BEGUN = timedelta(minutes=16)
_DISMISSED = 1_000  # devices that leave a temporary group in one call: AWS IoT takes about 100 a second
_SEEN = timedelta(minutes=2)  # a new IoT job may not be found at once


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutEnder:
    """Ends rollouts: cancels IoT jobs, judges runs at their time limit, and cleans up after runs."""

    runs: RunStore
    rollouts: RolloutStore
    devices: DeviceStore
    iot: IotJobs
    reconciler: DeviceReconciler
    concluder: RolloutConcluder
    things: Things

    def end_at_deadline(self, run_id: str, time_left: Callable[[], bool]) -> Verdict:
        """Cancel the IoT job and judge the devices by their present statuses.

        Devices that are working on the job continue, and count as failed.
        """
        message = "The run reached its time limit (timeoutSeconds) before it was rolled out."
        rollout = self.rollouts.get(run_id)
        job = self.iot.describe(run_id) if rollout else None
        if rollout is None or job is None:
            return Verdict(error=DEADLINE, message=message)
        run, _ = self.concluder.known(rollout, job, time_left)
        counts = run.devices if run else job.counts  # the numbers of AWS IoT, if there is no time to read its list
        # A job that we canceled was ended by the time limit, in an earlier call. Any other has ended in time.
        if job.has_ended and not job.open_devices and job.reason_code != STOPPED_BY_US:
            return judge(job, counts, rollout.success)
        self.iot.cancel(rollout.run_id, force=False, comment="The run reached its time limit.")
        return judge_at_deadline(counts, rollout.success)

    def devices_at_work(self, run: Run) -> str:
        """A sentence that names the devices which are working on the job, for a run's message; empty if none are."""
        if self.iot.describe(run.id) is None:  # it was not rolled out yet
            return ""
        things: list[str] = []
        cursor = None
        for _ in range(_PAGES):  # a page may be empty although the next one is not
            page = self.iot.devices(run.id, cursor, DeviceStatus.IN_PROGRESS)
            things += [report.thing for report in page.items]
            cursor = page.cursor
            if cursor is None or len(things) > _NAMED:
                break
        if not things:
            return ""
        more = cursor or len(things) > _NAMED
        names = ", ".join(things[:_NAMED])
        return f"Devices that were working on it: {names}{' and others' if more else ''}."

    def cancel_rollout(self, run: Run, *, force: bool, comment: str) -> None:
        """Cancel the run's IoT job; `force`: also on devices that are working on it."""
        self.iot.cancel(run.id, force=force, comment=comment)

    def tend_rollout(self, rollout: Rollout, now: datetime, time_left: Callable[[], bool]) -> bool:
        """Do what is left to do for a rollout: bring its devices up to date, end its run, clean up.

        Returns whether it needed any of that. If the run has ended in another way, as by a person who stopped its
        execution in the console, the IoT job may still go on: it is canceled.
        """
        run, job = self.runs.get(rollout.job_id, rollout.run_id), self.iot.describe(rollout.run_id)
        dismissed = self._dismiss_ended(rollout, run, job, now) if run and job and time_left() else False
        has_seen_all = self.reconciler.reconcile(rollout, job, run.devices, now, time_left) if run and job else True
        if run and run.is_active:
            ended = self.concluder.conclude_job(rollout, job, now, time_left) if job else self._gone(rollout, run, now)
            return dismissed or bool(ended)
        if job and not job.has_ended:
            self.iot.cancel(rollout.run_id, force=False, comment="The run has ended.")
            return True
        return (has_seen_all and self._let_go(rollout, run, job, now)) or dismissed

    def _gone(self, rollout: Rollout, run: Run, now: datetime) -> bool:
        """End an active run whose IoT job somebody has deleted: AWS IoT reports nothing of it any more."""
        if run.status is not RunStatus.ACTIVE or now < rollout.created_at + _SEEN:  # it may not exist yet
            return False
        return self.concluder.tell(rollout, Verdict(error=FLEET_ABORTED, message="The IoT job was deleted."))

    def _dismiss_ended(self, rollout: Rollout, run: Run, job: IotJob, now: datetime) -> bool:
        """Take devices that have ended for good out of the temporary group; returns whether there were any.

        AWS IoT allows a thing 10 groups. A dynamic group follows its query, and takes nobody's place for good. While
        the function `roll_out` may still gather targets, nobody leaves: it would bring them back.
        """
        if rollout.group is None or rollout.is_dynamic or now < rollout.created_at + _BEGUN:
            return False
        final = [status for status in DeviceStatus if status not in OPEN] if job.has_ended else FINAL
        if not any(run.devices.get(status) for status in final):
            return False
        members = set(self.things.members(rollout.group))
        ended = (thing for thing in self.devices.things(run.job_id, run.id, final) if thing in members)
        leaving = list(islice(ended, _DISMISSED))
        self.things.dismiss(rollout.group, leaving)
        return bool(leaving)

    def _let_go(self, rollout: Rollout, run: Run | None, job: IotJob | None, now: datetime) -> bool:
        ended = (run.completed_at if run else None) or rollout.created_at
        # If a device is open in our numbers only, a lost event of another device hid its end: the next look finds it.
        is_open = job and (job.open_devices or (run and any(run.devices.get(status) for status in OPEN)))
        if now < ended + _BEGUN or (is_open and now < ended + _LATEST):
            return False
        if rollout.group:
            self.things.disperse(rollout.group, is_dynamic=rollout.is_dynamic)
        self.rollouts.close(rollout)
        return True


class EventsOffError(Exception):
    """Somebody has switched off the job events of AWS IoT, by which devices are followed."""

    def __init__(self) -> None:
        super().__init__(
            "AWS IoT publishes no job events, so Shiftwork learns of devices minutes late. Switch them on: aws iot "
            'update-event-configurations --event-configurations \'{"JOB":{"Enabled":true},"JOB_EXECUTION":'
            '{"Enabled":true}}\''
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutSweeper:
    """Tends the open rollouts, for the sweep."""

    rollouts: RolloutStore
    iot: IotJobs
    ender: RolloutEnder

    def sweep_rollouts(self, now: datetime, time_left: Callable[[], bool]) -> list[str]:
        """Tend the open rollouts until no time is left, and return the ids of the runs that needed it.

        A rollout that fails does not keep the others from their turn: the errors are raised together at the end, as an
        ExceptionGroup. Each call has another order, so that no rollout is always the last.
        """
        done: list[str] = []
        errors = ErrorCollector()
        rollouts = list(self.rollouts.open())
        for rollout in sorted(rollouts, key=lambda one: crc32(f"{one.run_id} {now.isoformat()}".encode())):
            if not time_left():
                break
            with errors.collect():
                if self.ender.tend_rollout(rollout, now, time_left):
                    done.append(rollout.run_id)
        with errors.collect():
            if rollouts and not self.iot.events_are_on():
                raise EventsOffError
        errors.raise_all("some rollouts could not be brought to their end")
        return done
