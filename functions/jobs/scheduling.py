"""Use cases: add, replace and delete a job's schedules."""

from dataclasses import dataclass, replace
from datetime import datetime

from functions.jobs.errors import ScheduleExistsError, ScheduleNotFoundError
from functions.jobs.idempotency import IdempotencyKey, KeyUsedError
from functions.jobs.job import Job, Schedule
from functions.jobs.ports import JobStore, ScheduleStore
from functions.jobs.saving import check_together


def find_schedule(job: Job, schedule_id: str) -> Schedule:
    """The schedule of this job; raises ScheduleNotFoundError."""
    if schedule_id not in job.schedules:
        raise ScheduleNotFoundError(schedule_id)
    return job.schedules[schedule_id]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scheduling:
    """What it needs."""

    jobs: JobStore
    schedules: ScheduleStore

    def add(self, job: Job, schedule: Schedule, now: datetime, key: IdempotencyKey | None = None) -> Schedule:
        """Add a schedule; with a key that came before, what was added then.

        Raises ScheduleExistsError, InvalidError, JobChangedError, KeyReusedError.
        """
        try:
            if key and (used := self.jobs.recall(key, now)):
                raise used
            if schedule["id"] in job.schedules:
                raise ScheduleExistsError(schedule["id"])
            check_together(_with(job, schedule))
            self.schedules.add(job, schedule, key, now)
        except KeyUsedError as used:
            if key is None or not key.result(used):
                raise
        return schedule

    def replace(self, job: Job, schedule: Schedule) -> Schedule:
        """Replace the schedule with this id; raises ScheduleNotFoundError, InvalidError, JobChangedError."""
        find_schedule(job, schedule["id"])
        check_together(_with(job, schedule))
        self.schedules.replace(job, schedule)
        return schedule

    def delete(self, job: Job, schedule_id: str) -> None:
        """Delete a schedule; raises ScheduleNotFoundError, JobChangedError."""
        find_schedule(job, schedule_id)
        self.schedules.delete(job, schedule_id)


def _with(job: Job, schedule: Schedule) -> Job:
    return replace(job, schedules={**job.schedules, schedule["id"]: schedule})
