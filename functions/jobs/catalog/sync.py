"""Bring schedules and event rules from the table to Scheduler and EventBridge.

A write to a job's schedules or events leaves a mark in the same transaction. The writer then updates AWS and removes
its mark. If it fails in between, the mark stays, and the sweep does the work. Two writers at once both leave a token
in the mark: a late writer with an older state sees that another has written since, and updates AWS again.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.jobs.expressions.expression import next_firing
from functions.jobs.model.error_collector import ErrorCollector
from functions.jobs.model.errors import InvalidError, Problem, RulesFullError, UnavailableError
from functions.jobs.model.event import EventRule, Pattern, as_text, rules_of
from functions.jobs.model.job import EventSpec, Job
from functions.jobs.model.sync_mark import SyncMark
from functions.jobs.ports.definitions import EventRules, JobStore, Scheduler, SyncMarks

# After this time no writer is still at work: an API call ends within 29 seconds (API Gateway's limit is 30).
WRITERS_END = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Syncer:
    """Brings schedules to Scheduler and event rules to EventBridge, as the table has them."""

    jobs: JobStore
    marks: SyncMarks
    scheduler: Scheduler
    rules: EventRules

    def check_rules(self, old: Job | None, new: Job) -> None:
        """Ask EventBridge, before anything is written, whether it takes the new event triggers. Raises InvalidError.

        A trigger that matches events of the job's own runs is refused, too.
        """
        known = [_checked(event) for event in old.spec.get("events", [])] if old else []
        problems = [
            Problem(f"/events({place})/{field}", message)
            for place, event in enumerate(new.spec.get("events", []))
            if _checked(event) not in known
            for field, message in self.rules.faults(new, event).items()
        ]
        if problems:
            raise InvalidError(problems)

    def bring_over(self, mark: SyncMark | None, job: Job | None) -> None:
        """Bring over the schedules and rules of a mark just left; without a mark there are none.

        `job` is the job as it was written, or None if it was deleted. If AWS does not take a call for the moment, the
        mark stays and the sweep does the work: the caller's request is carried out, and must not be sent again.
        """
        with suppress(UnavailableError):
            while mark:
                self._bring(mark, job, mark.written_at)
                mark = self.marks.finish(mark)
                job = self.jobs.get(mark.job_id) if mark else None

    def sweep_marks(self, now: datetime) -> list[SyncMark]:
        """Bring over what writers left behind, and return the marks that were found.

        A failure does not hold up the other marks. At the end, an ExceptionGroup raises all errors.
        """
        found, errors = list(self.marks.due(now - WRITERS_END)), ErrorCollector()
        for mark in found:
            with errors.collect():
                self._bring(mark, self.jobs.get(mark.job_id), now)
                self.marks.clear(mark)
        errors.raise_all("some schedules or event rules could not be written to AWS")
        return found

    def _bring(self, mark: SyncMark, job: Job | None, now: datetime) -> None:
        schedules = job.schedules if job else {}
        for schedule_id in sorted(mark.schedule_ids):
            schedule = schedules.get(schedule_id)
            if schedule and next_firing(schedule, now):
                self.scheduler.put(mark.job_id, schedule, now)
            else:
                self.scheduler.delete(mark.job_id, schedule_id)
        self._bring_rules(mark, rules_of(job.spec) if job else {})

    def _bring_rules(self, mark: SyncMark, wanted: Mapping[EventRule, Pattern]) -> None:
        """Raise RulesFullError at the end, so that a full bus does not hold up rules on other buses."""
        full = None
        for rule in sorted(mark.rules - wanted.keys()):  # deleted first, to make room for the others
            self.rules.delete(mark.job_id, rule)
        for rule in sorted(mark.rules & wanted.keys()):
            try:
                self.rules.put(mark.job_id, rule, wanted[rule])
            except RulesFullError as error:
                full = full or error
        if full:
            raise full


def _checked(event: EventSpec) -> tuple[object, ...]:
    """Return what EventBridge checks of an event trigger."""
    return as_text(event["pattern"]), event.get("bus")
