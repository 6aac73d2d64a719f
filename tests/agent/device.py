"""A device for tests: the loop with the jobs service in memory, a clock that tests move, and work on a script."""

import queue
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.current import NoteFile
from shiftwork_agent.jobs.events import Connected, Disconnected, Ended, Event, Progressed
from shiftwork_agent.jobs.execution import SUCCEEDED, Execution, Outcome, Power
from shiftwork_agent.jobs.loop import Loop
from shiftwork_agent.jobs.pace import Pace
from shiftwork_agent.jobs.ports import Resumption
from tests.agent.jobs_service import FakeJobs


@dataclass
class Scripted:
    """Work that does what the test says, when the test says so."""

    execution: Execution
    resumption: Resumption | None
    inbox: "queue.SimpleQueue[Event]"
    written: dict[str, str] = field(default_factory=dict)
    ended: bool = False
    slow: bool = False  # to end
    over: bool = False

    def output(self) -> Mapping[str, str]:
        return self.written

    def end(self) -> None:
        self.ended = True
        if not self.slow:
            self.finish(Outcome("FAILED", {"reason": "ended"}))

    def tell(self, **details: str) -> None:
        self.inbox.put(Progressed(self.execution.key, details))

    def finish(self, outcome: Outcome | None = None) -> None:
        self.over = True
        self.inbox.put(Ended(self.execution.key, outcome or Outcome(SUCCEEDED)))


@dataclass
class Board:
    """A machine in memory. It counts its starts and lists the changes of its power."""

    boots: int = 1
    power_changes: list[Power] = field(default_factory=list)
    stuck: bool = False

    def boot_id(self) -> str:
        return f"boot-{self.boots}"

    def change_power(self, power: Power) -> None:
        self.power_changes.append(power)
        if self.stuck:
            raise JobError("ERR_SYSTEM_CALL_FAILED", "systemctl: not permitted")


class Device:
    """The agent on its machine. `start` makes a new agent, which knows the state folder only."""

    def __init__(self, folder: Path) -> None:
        self.inbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
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
        """Handle every event in the inbox, and those that follow from it."""
        self.loop.handle()
        while not self.inbox.empty():
            self.loop.handle(self.inbox.get_nowait())

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

    def _begin(self, execution: Execution, resumption: Resumption | None) -> Scripted:
        if self.refusal:
            raise self.refusal
        assert all(work.over for work in self.works), "two jobs at once"
        self.works.append(Scripted(execution, resumption, self.inbox))
        return self.works[-1]
