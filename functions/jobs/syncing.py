"""Use case: bring into Scheduler what the table has.

A write to a job's schedules leaves a mark in the same transaction. Whoever wrote then brings the schedules over and
takes its mark away; if it fails in between, the mark stays and the sweep does it. Two writers at once both leave their
token in the mark: one that is late with an older state sees that another has written since, and does it again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.jobs.job import Job
from functions.jobs.ports import JobStore, Scheduler, SyncMarks
from functions.jobs.sync_mark import SyncMark
from functions.jobs.timing import next_firing

# After this time no writer is at work any more: an API call ends within 29 seconds (API Gateway's limit is 30).
WRITERS_END = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Syncing:
    """What it needs."""

    jobs: JobStore
    marks: SyncMarks
    scheduler: Scheduler

    def __call__(self, mark: SyncMark | None, job: Job | None) -> None:
        """Bring over what was just written, `job` (None: deleted); without a mark nothing was."""
        while mark:
            self._bring(mark, job, mark.written_at)
            mark = self.marks.finish(mark)
            job = self.jobs.get(mark.job_id) if mark else None

    def sweep(self, now: datetime) -> list[SyncMark]:
        """Bring over what writers have left behind; the marks that were found.

        One that fails holds up no other; an ExceptionGroup has all errors, at the end.
        """
        found, errors = list(self.marks.due(now - WRITERS_END)), []
        for mark in found:
            try:
                self._bring(mark, self.jobs.get(mark.job_id), now)
                self.marks.clear(mark)
            except Exception as error:  # whatever it is: raised below, once the others had their turn
                errors.append(error)
        if errors:
            raise ExceptionGroup("schedules that could not be brought into Scheduler", errors)
        return found

    def _bring(self, mark: SyncMark, job: Job | None, now: datetime) -> None:
        schedules = job.schedules if job else {}
        for schedule_id in sorted(mark.schedule_ids):
            schedule = schedules.get(schedule_id)
            if schedule and next_firing(schedule, now):
                self.scheduler.put(mark.job_id, schedule, now)
            else:
                self.scheduler.delete(mark.job_id, schedule_id)
