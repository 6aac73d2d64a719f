"""Work on a script, on a machine of paper."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.events import Ended, Notice, Told
from shiftwork_agent.jobs.execution import SUCCEEDED, Execution, Outcome, Power
from shiftwork_agent.jobs.ports import Again

if TYPE_CHECKING:
    import queue


@dataclass
class Scripted:
    """Work that does what the test says, when the test says so."""

    execution: Execution
    again: Again | None
    inbox: "queue.SimpleQueue[Notice]"
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
        self.inbox.put(Told(self.execution.key, details))

    def finish(self, outcome: Outcome | None = None) -> None:
        self.over = True
        self.inbox.put(Ended(self.execution.key, outcome or Outcome(SUCCEEDED)))


@dataclass
class Board:
    """The machine: counts how often it is turned off and on."""

    boots: int = 1
    turned: list[Power] = field(default_factory=list)
    stuck: bool = False

    def boot_id(self) -> str:
        return f"boot-{self.boots}"

    def turn(self, power: Power) -> None:
        self.turned.append(power)
        if self.stuck:
            raise JobError("ERR_SYSTEM_CALL_FAILED", "systemctl: not permitted")
