"""Add, replace and delete a job's schedules."""

from dataclasses import dataclass, replace
from datetime import datetime

from functions.jobs.catalog.save import check_together
from functions.jobs.catalog.sync import Syncer
from functions.jobs.expressions.expression import anchored
from functions.jobs.model.errors import ScheduleExistsError, ScheduleNotFoundError
from functions.jobs.model.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.model.job import Job
from functions.jobs.model.schedule import Schedule
from functions.jobs.model.sync_mark import SyncMark
from functions.jobs.ports.definitions import JobStore, ScheduleStore


def find_schedule(job: Job, schedule_id: str) -> Schedule:
    """Return a schedule of this job; raises ScheduleNotFoundError."""
    if schedule_id not in job.schedules:
        raise ScheduleNotFoundError(schedule_id)
    return job.schedules[schedule_id]


@dataclass(frozen=True, kw_only=True, slots=True)
class JobSchedules:
    """Adds, replaces and deletes the schedules of a job."""

    jobs: JobStore
    schedules: ScheduleStore
    syncer: Syncer

    def add(self, job: Job, schedule: Schedule, now: datetime, key: IdempotencyKey | None = None) -> Schedule:
        """Add a schedule and return it. If an earlier request had this key, return the schedule that it added.

        Raises ScheduleExistsError, InvalidError, JobChangedError, KeyReusedError.
        """
        try:
            if key and (used := self.jobs.recall(key, now)):
                raise used
            if schedule["id"] in job.schedules:
                raise ScheduleExistsError(schedule["id"])
            return self._put(job, schedule, now, key)
        except KeyUsedError as used:
            if key is None or not key.result(used):
                raise
        return job.schedules.get(schedule["id"], schedule)

    def replace(self, job: Job, schedule: Schedule, now: datetime) -> Schedule:
        """Replace the schedule with this id. Raises ScheduleNotFoundError, InvalidError, JobChangedError."""
        find_schedule(job, schedule["id"])
        return self._put(job, schedule, now)

    def delete(self, job: Job, schedule_id: str, now: datetime) -> None:
        """Delete a schedule. Raises ScheduleNotFoundError, JobChangedError."""
        find_schedule(job, schedule_id)
        mark = SyncMark.new(job.id, [schedule_id], now)
        self.schedules.delete(job, schedule_id, mark)
        others = {name: schedule for name, schedule in job.schedules.items() if name != schedule_id}
        self.syncer.bring_over(mark, replace(job, schedules=others))

    def _put(self, job: Job, schedule: Schedule, now: datetime, key: IdempotencyKey | None = None) -> Schedule:
        schedule = anchored(schedule, job.schedules.get(schedule["id"]), now)
        changed = replace(job, schedules={**job.schedules, schedule["id"]: schedule})
        check_together(changed)
        mark = SyncMark.new(job.id, [schedule["id"]], now)
        self.schedules.put(job, schedule, mark, key)
        self.syncer.bring_over(mark, changed)
        return schedule
