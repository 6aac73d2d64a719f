"""What is due is done in its order, and nothing before its time."""

import asyncio
import functools
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from local.corrections.iot.timers import Due, Timers
from local.schedules.clock import moment_of, stamp_of
from tests.local.schedule_rig import HandClock

START = datetime(2026, 7, 1, tzinfo=UTC)


@dataclass
class Rig:
    """Acts that are due after a number of seconds, and when each was done."""

    waiting: list[int]
    done: list[tuple[int, float]] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    clock: HandClock = field(default_factory=lambda: HandClock(START))

    def due(self) -> list[Due]:
        """What is left."""
        return [Due(stamp_of(START) + 1000 * one, functools.partial(self.act, one)) for one in self.waiting]

    async def act(self, one: int) -> None:
        """Do it."""
        self.waiting.remove(one)
        self.done.append((one, (self.clock.now() - START).total_seconds()))

    def move(self, seconds: float) -> int:
        """The scheduler's move of the clock: one firing each."""
        if seconds < 0:
            raise ValueError("back")
        self.moved.append(seconds)
        self.clock.move_to(self.clock.now() + timedelta(seconds=seconds))
        return 1


def test_only_what_is_due_and_the_earliest_first() -> None:
    rig = Rig([30, 10, 20])
    rig.clock.move_to(START + timedelta(seconds=20))
    asyncio.run(Timers(rig.clock, [rig.due]).run_due())
    assert (rig.done, rig.waiting) == ([(10, 20.0), (20, 20.0)], [30])


def test_a_move_stops_at_all_that_is_due_on_the_way() -> None:
    rig, loop = Rig([25, 10, 90]), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        counted = Timers(rig.clock, [rig.due]).advance(rig.move, loop, 60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
    assert (rig.done, rig.waiting) == ([(10, 10.0), (25, 25.0)], [90])
    assert (rig.moved, counted) == ([10.0, 15.0, 35.0], 3)


def test_a_move_back_is_the_schedulers_to_refuse() -> None:
    rig, loop = Rig([1]), asyncio.new_event_loop()
    with pytest.raises(ValueError, match="back"):
        Timers(rig.clock, [rig.due]).advance(rig.move, loop, -1)
    loop.close()
    assert rig.waiting == [1]


def test_milliseconds_and_moments() -> None:
    moment = START + timedelta(milliseconds=1)
    assert moment_of(stamp_of(moment)) == moment
