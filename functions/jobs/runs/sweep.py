"""Every few minutes, find the runs whose news was lost, and do what should have been done.

An active run without an execution is started, one whose execution has ended is settled, a firing that waits for nothing
is started, and so are the children of runs that were settled by somebody who then failed.

Where there is more to do than time, the active runs and those who wait for ends take turns. Ends are gone through in
their order, and the next sweep goes on where this one was out of time; active runs are looked at in another order each
time.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from heapq import nsmallest
from itertools import chain, zip_longest
from zlib import crc32

from functions.jobs.model.error_collector import ErrorCollector
from functions.jobs.model.firing import Firing
from functions.jobs.model.outcome import outcome_of
from functions.jobs.model.run import Run, RunStatus
from functions.jobs.ports.runs import Executions, FiringStore, RunStore, SweepPlace
from functions.jobs.runs.dispatch import Dispatcher
from functions.jobs.runs.settle import Settler

# After this time nobody is at work any more who put or settled a run: functions end within 30 seconds.
WORKERS_END = timedelta(minutes=2)
# Clocks of functions may differ, and the index be late: what was settled shortly before the last sweep is seen twice.
_OVERLAP = timedelta(minutes=5)
_FIRST = timedelta(days=1)  # what the first sweep looks back: EventBridge tries no longer than that
_ROUNDS = 5  # of so many sweeps each looks at its part of the runs that have a task
_LOOKS = 5000  # runs that one sweep looks at: more than it has time for, and not too many for its memory

Repair = Callable[[], list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSweeper:
    """Repairs runs whose news was lost."""

    runs: RunStore
    firings: FiringStore
    executions: Executions
    place: SweepPlace
    settler: Settler
    dispatcher: Dispatcher

    def sweep_runs(self, now: datetime, time_left: Callable[[], bool]) -> list[str]:
        """Repair what is found until no time is left; the ids of the runs and jobs that needed it.

        One that fails holds up no other; an ExceptionGroup has all errors, at the end.
        """
        repaired: list[str] = []
        errors = ErrorCollector()
        since = self.place.get() or now - _FIRST
        ends = self.runs.settled(since, now - WORKERS_END)
        left = dict(ends)
        for repair in _in_turn(self._active(now), self._waiting(ends, left, now)):
            if not time_left():
                break
            with errors.collect():
                repaired += repair()
        self.place.put(min(left.values(), default=now - _OVERLAP))
        errors.raise_all("some runs could not be repaired")
        return repaired

    def _active(self, now: datetime) -> Iterator[Repair]:
        runs = (run for run in self.runs.active(None) if run.created_at < now - WORKERS_END)
        due = (run for run in runs if _has_no_task(run) or _has_its_turn(run, now))
        some = nsmallest(_LOOKS, due, key=lambda run: crc32(f"{run.id} {now.isoformat()}".encode()))
        return (partial(self._look_at, run, now) for run in some)

    def _waiting(self, ends: Iterable[str], left: dict[str, datetime], now: datetime) -> Iterator[Repair]:
        for job_id in chain(self.firings.waiting(None), ends):
            yield partial(self._follow, job_id, left, now)

    def _look_at(self, run: Run, now: datetime) -> list[str]:
        if _has_no_task(run) and not self.executions.exists(run):
            return self._start(run, now)
        ending = self.executions.ending(run)
        if ending is None:
            return []
        self.settler.settle_run(run.job_id, run.id, outcome_of(ending), ending.at or now, now)
        return [run.id]

    def _start(self, run: Run, now: datetime) -> list[str]:
        """Start it if it is still to begin: the index that it was found by may be late."""
        current = self.runs.get(run.job_id, run.id)
        if current is None or current.status is not RunStatus.INITIAL:
            return []
        if run.schedule_id and run.scheduled_at:  # it may be too late for it
            self.dispatcher.dispatch_firing(
                Firing(job_id=run.job_id, schedule_id=run.schedule_id, scheduled_at=run.scheduled_at), now
            )
        else:
            self.executions.start(current)
        return [run.id]

    def _follow(self, job_id: str, left: dict[str, datetime], now: datetime) -> list[str]:
        if left.get(job_id, now) < now - _FIRST:
            del left[job_id]  # if it fails again, it holds up the others no longer
        started = self.settler.start_what_waited(job_id, now, again=False)
        left.pop(job_id, None)
        return [run.id for run in started]


def _in_turn(some: Iterator[Repair], others: Iterator[Repair]) -> Iterator[Repair]:
    """One of these, one of those, as long as there are any."""
    return (repair for repair in chain.from_iterable(zip_longest(some, others)) if repair)


def _has_no_task(run: Run) -> bool:
    return run.status is RunStatus.INITIAL


def _has_its_turn(run: Run, now: datetime) -> bool:
    return crc32(run.id.encode()) % _ROUNDS == now.minute // 2 % _ROUNDS
