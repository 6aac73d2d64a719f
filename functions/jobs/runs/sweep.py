"""Sweep runs: find those that a failed call or a lost event left unfinished, and finish them.

A schedule of the stack invokes the function `sweep` every two minutes. It starts an active run that has no execution,
settles a run whose execution has ended, dispatches a waiting firing that no run blocks any more, starts the children of
runs whose settling failed half way, and stops the ECS tasks that outlive a run that was cut short. A repeated call
changes nothing.

If there is more to do than time, active runs and ends take turns. Ends are taken in their order, and the next sweep
continues where this one ran out of time. Active runs are taken in another order by each sweep.
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
from functions.jobs.runs.track import TaskTracker

# After this time, no function that put or settled a run is still at work: they end within 30 seconds.
WORKERS_END = timedelta(minutes=2)
# Clocks of functions differ, and the index may be late. So ends shortly before the last sweep are looked at again.
_OVERLAP = timedelta(minutes=5)
_FIRST = timedelta(days=1)  # how far the first sweep looks back: EventBridge does not retry for longer
_ROUNDS = 5  # sweeps until each active run with a task was looked at: one part of the runs in each
_LOOKS = 5000  # runs that one sweep selects: more than it has time for, and few enough for its memory

Repair = Callable[[], list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSweeper:
    """Finishes what failed calls and lost events left unfinished."""

    runs: RunStore
    firings: FiringStore
    executions: Executions
    place: SweepPlace
    settler: Settler
    dispatcher: Dispatcher
    tracker: TaskTracker

    def sweep_runs(self, now: datetime, time_left: Callable[[], bool]) -> list[str]:
        """Repair what is found until no time is left, and return the ids of the runs that needed it.

        A repair that fails does not keep the others from their turn: the errors are raised together at the end, as an
        ExceptionGroup.
        """
        repaired: list[str] = []
        errors = ErrorCollector()
        since = self.place.get() or now - _FIRST
        ends = self.runs.settled(since, now - WORKERS_END)
        left = dict(ends)
        cut_short = self.runs.cut_short(since, now - WORKERS_END)
        loose = (partial(self._end_tasks, run) for run in cut_short)
        for repair in _in_turn(chain(loose, self._active(now)), self._waiting(ends, left, now)):
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
        """Start a run that is still INITIAL. It is read again, because the index that lists active runs may be late."""
        current = self.runs.get(run.job_id, run.id)
        if current is None or current.status is not RunStatus.INITIAL:
            return []
        if run.schedule_id and run.scheduled_at:  # its starting deadline may be over
            self.dispatcher.dispatch_firing(
                Firing(job_id=run.job_id, schedule_id=run.schedule_id, scheduled_at=run.scheduled_at), now
            )
        else:
            self.executions.start(current)
        return [run.id]

    def _end_tasks(self, run: Run) -> list[str]:
        return [run.id] if self.tracker.end_loose_tasks(run) else []

    def _follow(self, job_id: str, left: dict[str, datetime], now: datetime) -> list[str]:
        if left.get(job_id, now) < now - _FIRST:
            del left[job_id]  # after a day it is given up, so that it no longer holds back the others
        started = self.settler.start_what_waited(job_id, now, resume=False)
        left.pop(job_id, None)
        return [run.id for run in started]


def _in_turn(some: Iterator[Repair], others: Iterator[Repair]) -> Iterator[Repair]:
    """Take one of these and one of those in turn, until there are none."""
    return (repair for repair in chain.from_iterable(zip_longest(some, others)) if repair)


def _has_no_task(run: Run) -> bool:
    return run.status is RunStatus.INITIAL


def _has_its_turn(run: Run, now: datetime) -> bool:
    return crc32(run.id.encode()) % _ROUNDS == now.minute // 2 % _ROUNDS
