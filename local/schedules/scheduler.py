"""The scheduler: fires what is due, on the second, and tries again what failed."""

import heapq
import itertools
import logging
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from local.schedules.clock import Clock
from local.schedules.delivery import Delivery, TargetError
from local.schedules.expression import INSTANT
from local.schedules.schedule import Schedule

LOG = logging.getLogger(__name__)
LONGEST_WAIT = 5.0  # seconds: should this machine's clock be set
MOST_FIRINGS = 2000  # of one move of the clock
LONGEST_MOVE = timedelta(days=400)
Key = tuple[str, ...]


class Targets(Protocol):
    """The receiver of firings."""

    def deliver(self, schedule: Schedule, payload: str, scheduled: datetime) -> None:
        """Invoke the target; raises TargetError."""

    def bury(self, schedule: Schedule, payload: str, attributes: Mapping[str, str]) -> None:
        """Send a dead letter, if the schedule has a queue for them."""

    def completed(self, key: Key) -> None:
        """A schedule that deletes itself has fired for the last time."""


@dataclass(slots=True)
class _Entry:
    schedule: Schedule
    anchor: datetime
    under_way: int = 0  # deliveries
    version: int = 0
    more: bool = True


@dataclass(slots=True, order=True)
class _Event:
    when: datetime
    number: int
    key: Key = field(compare=False)
    entry: _Entry = field(compare=False)
    version: int = field(compare=False)
    delivery: Delivery | None = field(compare=False, default=None)


class Scheduler:
    """Holds schedules by key. Its methods may be called from any thread."""

    def __init__(self, clock: Clock, targets: Targets, chance: Callable[[], float] = random.random) -> None:
        self.clock, self._targets, self._chance = clock, targets, chance
        self._entries: dict[Key, _Entry] = {}
        self._events: list[_Event] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._working = threading.Lock()  # one thread fires at a time: firings are in order

    def start(self) -> None:
        """Begin to fire, in a thread of its own."""
        threading.Thread(target=self._work, daemon=True, name="schedules").start()

    def keys(self) -> list[Key]:
        """The schedules that there are."""
        with self._changed:
            return list(self._entries)

    def put(self, key: Key, schedule: Schedule) -> None:
        """Add a schedule, or change it: if its timing stays, so do its next firing and a rate's beat."""
        with self._changed:
            now = self.clock.now()
            old = self._entries.get(key)
            same_beat = old is not None and old.schedule.timing == schedule.timing
            if old and same_beat and old.schedule.enabled == schedule.enabled:
                old.schedule = schedule
                return
            entry = old or _Entry(schedule, now)
            entry.schedule, entry.version = schedule, entry.version + 1
            if not same_beat:
                entry.anchor = now.replace(microsecond=0)
            self._entries[key] = entry
            first = not same_beat and schedule.timing.fires_at_once()
            self._plan(key, entry, entry.anchor - INSTANT if first else now)

    def remove(self, key: Key) -> None:
        """Forget a schedule, and its deliveries that are under way."""
        with self._changed:
            self._entries.pop(key, None)

    def advance(self, seconds: float) -> int:
        """Move the clock; how many firings came due. Each fires, in order; raises ValueError if they are too many."""
        if not 0 <= seconds <= LONGEST_MOVE.total_seconds():
            raise ValueError(f"the clock moves forward, by at most {LONGEST_MOVE.days} days")
        with self._working:
            target = self.clock.now() + timedelta(seconds=seconds)
            fired = self._run_until(target)
            if fired >= MOST_FIRINGS and self._waits_until(target):
                raise ValueError(f"{fired} firings were due before {self.clock.now()}: the clock was moved to then")
            self.clock.move_to(target)
        with self._changed:
            self._changed.notify_all()
        return fired

    def run_due(self) -> int:
        """Fire what is due by now; how many firings that were."""
        with self._working:
            return self._run_until(self.clock.now())

    def _work(self) -> None:
        while True:
            self.run_due()
            with self._changed:
                wait = LONGEST_WAIT if self._events else None
                if self._events:
                    wait = min(LONGEST_WAIT, (self._events[0].when - self.clock.now()).total_seconds())
                if wait is None or wait > 0:
                    self._changed.wait(wait)

    def _run_until(self, limit: datetime) -> int:
        fired = 0
        while event := self._pop(limit if fired < MOST_FIRINGS else min(limit, self.clock.now())):
            self.clock.move_to(event.when)
            if event.delivery is None:
                fired += 1
                self._fire(event)
            else:
                self._attempt(event, event.delivery)
        return fired

    def _waits_until(self, limit: datetime) -> bool:
        with self._changed:
            return bool(self._events) and self._events[0].when <= limit

    def _pop(self, limit: datetime) -> _Event | None:
        with self._changed:
            while self._events and self._events[0].when <= limit:
                event = heapq.heappop(self._events)
                if self._stands(event):
                    return event
            return None

    def _stands(self, event: _Event) -> bool:
        entry = event.entry
        if self._entries.get(event.key) is not entry or not entry.schedule.enabled:
            return False
        return event.delivery is not None or event.version == entry.version

    def _fire(self, event: _Event) -> None:
        offset = event.entry.schedule.window * self._chance()
        delivery = Delivery(event.when, event.when + offset)
        with self._changed:
            event.entry.under_way += 1
            self._plan(event.key, event.entry, event.when)
            self._push(delivery.begun, event.key, event.entry, delivery)

    def _attempt(self, event: _Event, delivery: Delivery) -> None:
        schedule = event.entry.schedule
        condition = delivery.exhausted(schedule, event.when)
        if not condition:
            delivery.begin_attempt()
            if self._delivered(schedule, delivery):
                return self._finish(event)
            condition = delivery.exhausted(schedule, event.when)
        if condition:
            self._targets.bury(schedule, delivery.payload(schedule), delivery.dead_letter(schedule, condition))
            return self._finish(event)
        with self._changed:
            self._push(delivery.next_attempt(schedule, event.when), event.key, event.entry, delivery)
        return None

    def _delivered(self, schedule: Schedule, delivery: Delivery) -> bool:
        try:
            self._targets.deliver(schedule, delivery.payload(schedule), delivery.scheduled)
        except Exception as error:  # whatever it is, the other schedules go on
            known = isinstance(error, TargetError)
            delivery.error = error if isinstance(error, TargetError) else TargetError("InternalFailure", str(error))
            LOG.warning("%s cannot invoke its target: %s", schedule.arn, error, exc_info=not known)
            return False
        return True

    def _finish(self, event: _Event) -> None:
        with self._changed:
            entry = event.entry
            entry.under_way -= 1
            over = entry.schedule.ends_with_last_firing and not entry.more and not entry.under_way
            if not over or self._entries.get(event.key) is not entry:
                return
            del self._entries[event.key]
        self._targets.completed(event.key)

    def _plan(self, key: Key, entry: _Entry, after: datetime) -> None:
        due = entry.schedule.timing.next_after(after, entry.anchor) if entry.schedule.enabled else None
        entry.more = due is not None
        if due:
            self._push(due, key, entry, None)

    def _push(self, when: datetime, key: Key, entry: _Entry, delivery: Delivery | None) -> None:
        heapq.heappush(self._events, _Event(when, next(self._numbers), key, entry, entry.version, delivery))
        self._changed.notify_all()
