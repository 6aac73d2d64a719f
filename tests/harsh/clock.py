"""The clock of a harsh AWS: it moves with each call of AWS and with each wait of the code under test."""

import heapq
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TypeVar

import pytest

T = TypeVar("T")
CALL = 0.01  # seconds that a call of AWS takes


class MovedClock:
    """A clock on which waiting takes no time of this machine."""

    def __init__(self) -> None:
        self._begun = time.time()
        self._moved = 0.0

    def now(self) -> float:
        """The time in seconds since 1970."""
        return self._begun + self._moved

    def sleep(self, seconds: float) -> None:
        """Move on by this time, as time.sleep does."""
        self._moved += seconds

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Let the code under test wait on this clock until the test ends.

        Threads of other tests, such as those of a local cloud, still wait in real time: they would move this clock on.
        """
        others = {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}
        wait = time.sleep

        def sleep(seconds: float) -> None:
            (wait if threading.get_ident() in others else self.sleep)(seconds)

        patch.setattr(time, "sleep", sleep)
        patch.setattr(time, "monotonic", self.now)


class SharedClock(MovedClock):
    """A clock for callers who act at once. Only the one whose time has come goes on, so each test goes the same way."""

    def __init__(self) -> None:
        super().__init__()
        self._order = count()
        self._waiting: list[tuple[float, int, threading.Event]] = []
        self._back = threading.Semaphore(0)
        self._mine = threading.local()

    def sleep(self, seconds: float) -> None:
        """Let the others go on until this time has come."""
        turn: threading.Event | None = getattr(self._mine, "turn", None)
        if turn is None:
            super().sleep(seconds)
            return
        heapq.heappush(self._waiting, (self._moved + seconds, next(self._order), turn))
        self._back.release()
        turn.wait()
        turn.clear()

    def at_once(self, acts: Sequence[Callable[[], T]]) -> list[T]:
        """Let all callers begin now, each in a thread; return their answers in order."""

        def act(number: int, turn: threading.Event) -> T:
            self._mine.turn = turn
            turn.wait()
            turn.clear()
            try:
                return acts[number]()
            finally:
                self._back.release()

        turns = [threading.Event() for _ in acts]
        with ThreadPoolExecutor(len(acts)) as pool:
            answers = [pool.submit(act, number, turn) for number, turn in enumerate(turns)]
            for turn in turns:
                heapq.heappush(self._waiting, (self._moved, next(self._order), turn))
            while self._waiting:
                until, _, turn = heapq.heappop(self._waiting)
                self._moved = max(self._moved, until)
                turn.set()
                self._back.acquire()
        return [answer.result() for answer in answers]
