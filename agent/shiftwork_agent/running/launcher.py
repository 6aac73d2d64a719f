"""Finds the function that a document is for, if this device may run it, and begins the work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.jobs.events import Notice
from shiftwork_agent.jobs.execution import Execution
from shiftwork_agent.jobs.ports import Again
from shiftwork_agent.running.process import Process
from shiftwork_agent.running.worker import Order
from shiftwork_agent.settings.config import Config, Handler, Restart


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


_OWN: dict[str, tuple[str, Restart]] = {
    "systemStatus": ("shiftwork_agent.handlers.machine:system_status", "again"),
    "reboot": ("shiftwork_agent.handlers.machine:reboot", "again"),
    "shutdown": ("shiftwork_agent.handlers.machine:shutdown", "again"),
    "install": ("shiftwork_agent.handlers.install:install", "again"),
    "download-file": ("shiftwork_agent.handlers.download:download_file", "again"),
    "run-command": ("shiftwork_agent.handlers.command:run_command", "fail"),
    "start": ("shiftwork_agent.handlers.services:start", "again"),
    "stop": ("shiftwork_agent.handlers.services:stop", "again"),
    "restart": ("shiftwork_agent.handlers.services:restart", "again"),
    "steps": ("shiftwork_agent.handlers.steps:run_steps", "fail"),
}


@dataclass(frozen=True, slots=True)
class Route:
    """A function, its time, and whether it may begin again after a restart in the middle."""

    function: str
    restart: Restart
    seconds: int


def route(config: Config, document: Any) -> Route:
    """The document's route. Raises RefusedError, for which the job is REJECTED."""
    if not isinstance(document, dict):
        raise RefusedError("ERR_INVALID_DOCUMENT", "The job document is not a JSON object")
    operation = _operation(document)
    if handler := config.handlers.get(operation) or _own(config, operation):
        longest = handler.seconds or config.limits.job_seconds
        return Route(handler.function, handler.restart, _seconds(document, longest))
    known = operation in _OWN
    way_out = f"add {operation!r} to operations" if known else f"add [handlers.{operation}]"
    what = "is not allowed on this device" if known else "is not known to this device"
    raise RefusedError("ERR_UNKNOWN_OPERATION", f"Operation {operation!r} {what}: {way_out} in the agent's file")


def _operation(document: Mapping[str, Any]) -> str:
    """AWS's JavaScript SDK routes by `operation`; AWS's device client has `steps`, without one."""
    operation = document.get("operation", "steps" if "steps" in document else None)
    if not isinstance(operation, str) or not operation:
        raise RefusedError("ERR_INVALID_DOCUMENT", "The job document has neither an operation nor steps")
    return operation[:128]


def _own(config: Config, operation: str) -> Handler | None:
    if operation not in config.operations:
        return None
    function, restart = _OWN[operation]
    return Handler(function=function, restart=restart, seconds=None)


def _seconds(document: Mapping[str, Any], longest: int) -> int:
    """A document may give itself less time than the device does."""
    seconds = document.get("timeoutSeconds", longest)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 1:
        raise RefusedError("ERR_INVALID_DOCUMENT", "timeoutSeconds is not a whole number from 1")
    return min(seconds, longest)
