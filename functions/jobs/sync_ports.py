"""What bringing schedules and events over needs of the outside world; functions/aws has the implementations."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from functions.jobs.events.rule import EventRule, Pattern
from functions.jobs.job import EventSpec
from functions.jobs.schedule import Schedule
from functions.jobs.sync_mark import SyncMark


class SyncMarks(Protocol):
    """Keeps, for each job, which of its schedules and rules may not be in AWS as they are in the table."""

    def finish(self, mark: SyncMark) -> SyncMark | None: ...
    def due(self, before: datetime) -> Iterable[SyncMark]: ...
    def clear(self, mark: SyncMark) -> None: ...


class Scheduler(Protocol):
    """Fires schedules."""

    def put(self, job_id: str, schedule: Schedule, now: datetime) -> None: ...
    def delete(self, job_id: str, schedule_id: str) -> None: ...


class EventRules(Protocol):
    """Hands over the events that fit a pattern. `faults`: by field of a document's event, what would be refused."""

    def faults(self, event: EventSpec) -> Mapping[str, str]: ...
    def put(self, job_id: str, rule: EventRule, pattern: Pattern) -> None: ...
    def delete(self, job_id: str, rule: EventRule) -> None: ...
