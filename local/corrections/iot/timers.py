"""Timers: they do what becomes due at a moment, on a clock that a test can move."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from local.schedules.clock import Clock, moment_of, stamp_of
from local.schedules.scheduler import LONGEST_MOVE

LOG = logging.getLogger(__name__)
PAUSE = 1.0  # seconds between two looks


class Due(NamedTuple):
    """Something to do at a moment, in milliseconds since the epoch. Done, it is not due any more."""

    when: int
    act: Callable[[], Awaitable[None]]


Duties = Callable[[], Iterable[Due]]


class Timers:
    """Asks the duties what is next, and does it. What is due is done by one at a time, in order."""

    def __init__(self, clock: Clock, duties: Sequence[Duties]) -> None:
        self._clock, self._duties = clock, duties
        self._working = asyncio.Lock()

    async def keep(self) -> None:
        """Do what is due, for ever."""
        while True:
            try:
                await self.run_due()
            except Exception:  # a fault of ours, which shall be seen, and not end the timers
                LOG.exception("what is due fails, and is tried again")
            await asyncio.sleep(PAUSE)

    async def run_due(self) -> None:
        """Do what is due by now."""
        async with self._working:
            while (due := self._next()) and due.when <= stamp_of(self._clock.now()):
                await due.act()

    def advance(self, move: Callable[[float], int], loop: asyncio.AbstractEventLoop, seconds: float) -> int:
        """Move the clock by `move`, and do what comes due on the way, in the loop; what `move` has counted.

        From another thread than the loop's.
        """
        if not 0 < seconds <= LONGEST_MOVE.total_seconds():
            return move(seconds)
        counted, target = 0, self._clock.now() + timedelta(seconds=seconds)
        while (due := self._next()) and moment_of(due.when) <= target:
            counted += move(max(0.0, (moment_of(due.when) - self._clock.now()).total_seconds()))
            self._clock.move_to(moment_of(due.when))
            asyncio.run_coroutine_threadsafe(self.run_due(), loop).result()
        return counted + move(max(0.0, (target - self._clock.now()).total_seconds()))

    def _next(self) -> Due | None:
        return min((due for duty in self._duties for due in duty()), key=lambda due: due.when, default=None)
