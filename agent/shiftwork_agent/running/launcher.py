"""Begins the work on a job."""

from collections.abc import Callable
from dataclasses import dataclass, field

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.jobs.execution import Execution
from shiftwork_agent.jobs.service import Notice
from shiftwork_agent.jobs.work import Again
from shiftwork_agent.running.order import Order
from shiftwork_agent.running.process import Process
from shiftwork_agent.running.routes import route
from shiftwork_agent.settings.config import Config


@dataclass
class Launcher:
    """The loop's `begin`: one process for each job."""

    config: Config
    tell: Callable[[Notice], None]
    last: Process | None = field(default=None, init=False)

    def __call__(self, execution: Execution, again: Again | None) -> Process:
        """Begin the work that the document asks for."""
        found = route(self.config, execution.document)
        if again and (again.interrupted or not again.wanted_reboot) and found.restart == "fail":
            raise JobError("ERR_INTERRUPTED", "The agent was restarted in the middle of this job")
        order = Order(found.function, execution, again, self.config)
        try:
            self.last = Process(order, found.seconds, self.tell)
        except RecursionError as error:
            raise RefusedError("ERR_INVALID_DOCUMENT", "The job document is nested too deeply") from error
        except OSError as error:
            raise JobError("ERR_SYSTEM_CALL_FAILED", f"The job's process did not start: {error}") from error
        return self.last

    def wait(self) -> None:
        """Until the work that was begun last has ended."""
        if self.last:
            self.last.wait()
