"""A device for tests: the loop with the jobs service in memory, a clock that tests move, and work on a script."""

import queue
from pathlib import Path
from typing import TYPE_CHECKING

from shiftwork_agent.jobs.current import NoteFile
from shiftwork_agent.jobs.events import Connected, Disconnected, Notice
from shiftwork_agent.jobs.execution import Execution
from shiftwork_agent.jobs.loop import Loop
from shiftwork_agent.jobs.pace import Pace
from shiftwork_agent.jobs.ports import Again
from tests.agent.jobs_service import FakeJobs
from tests.agent.scripted import Board, Scripted

if TYPE_CHECKING:
    from shiftwork_agent.errors import JobError


class Device:
    """The agent on its machine. `start` is a fresh process of it: only the state folder outlives the one before."""

    def __init__(self, folder: Path) -> None:
        self.inbox: queue.SimpleQueue[Notice] = queue.SimpleQueue()
        self.jobs = FakeJobs(self.inbox.put)
        self.board = Board()
        self.notes = NoteFile(folder)
        self.works: list[Scripted] = []
        self.refusal: JobError | None = None
        self.now = 1000.0
        self.log: list[tuple[str, dict[str, object]]] = []
        self.start()

    def start(self) -> None:
        for work in self.works:
            work.over = True
        while not self.inbox.empty():
            self.inbox.get_nowait()
        self.loop = Loop(
            service=self.jobs,
            begin=self._begin,
            notes=self.notes,
            machine=self.board,
            inbox=self.inbox,
            log=lambda event, **fields: self.log.append((event, fields)),
            pace=Pace(report=5, heartbeat=60, power=300),
            clock=lambda: self.now,
        )

    def settle(self) -> None:
        """Take every notice that is there, and what follows from it."""
        self.loop.turn()
        while not self.inbox.empty():
            self.loop.turn(self.inbox.get_nowait())

    def connect(self) -> None:
        self.inbox.put(Connected())
        self.settle()

    def disconnect(self) -> None:
        self.inbox.put(Disconnected())
        self.settle()

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.settle()

    @property
    def work(self) -> Scripted:
        return self.works[-1]

    def _begin(self, execution: Execution, again: Again | None) -> Scripted:
        if self.refusal:
            raise self.refusal
        assert all(work.over for work in self.works), "two jobs at once"
        self.works.append(Scripted(execution, again, self.inbox))
        return self.works[-1]
