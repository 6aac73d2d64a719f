"""Finds the function that a document asks for, if this device allows it, and begins the work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shiftwork_agent.errors import JobError, RefusedError
from shiftwork_agent.jobs.events import Event
from shiftwork_agent.jobs.execution import Execution
from shiftwork_agent.jobs.ports import Resumption
from shiftwork_agent.running.process import Process
from shiftwork_agent.running.worker import Assignment
from shiftwork_agent.settings.config import Config, Handler, Restart

_BUILT_IN: dict[str, tuple[str, Restart]] = {
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


@dataclass
class Launcher:
    """The loop's `begin`: starts one process for each job."""

    config: Config
    emit: Callable[[Event], None]
    last: Process | None = field(default=None, init=False)

    def __call__(self, execution: Execution, resumption: Resumption | None) -> Process:
        """Begin the work that the document asks for. Raises JobError if the device refuses it or cannot begin it."""
        found = route(self.config, execution.document)
        interrupted = resumption and (resumption.interrupted or not resumption.wanted_reboot)
        if interrupted and found.restart == "fail":
            raise JobError("ERR_INTERRUPTED", "A restart of the agent interrupted this job")
        assignment = Assignment(found.function, execution, resumption, self.config)
        try:
            self.last = Process(assignment, found.seconds, self.emit)
        except RecursionError as error:
            raise RefusedError("ERR_INVALID_DOCUMENT", "The job document is nested too deeply") from error
        except OSError as error:
            raise JobError("ERR_SYSTEM_CALL_FAILED", f"The job's process did not start: {error}") from error
        return self.last

    def wait(self) -> None:
        """Wait until the last work has ended."""
        if self.last:
            self.last.wait()


@dataclass(frozen=True, slots=True)
class Route:
    """A function, its time limit, and whether it may begin again after an interruption."""

    function: str
    restart: Restart
    seconds: int


def route(config: Config, document: Any) -> Route:
    """Return the document's route. Raises RefusedError, which ends the job REJECTED."""
    if not isinstance(document, dict):
        raise RefusedError("ERR_INVALID_DOCUMENT", "The job document is not a JSON object")
    operation = _operation(document)
    if handler := config.handlers.get(operation) or _built_in(config, operation):
        longest = handler.seconds or config.limits.job_seconds
        return Route(handler.function, handler.restart, _seconds(document, longest))
    if operation in _BUILT_IN:
        reason = f"This device does not allow operation {operation!r}. Add it to operations in the agent's file"
    else:
        reason = f"This device does not know operation {operation!r}. Add [handlers.{operation}] to the agent's file"
    raise RefusedError("ERR_UNKNOWN_OPERATION", reason)


def _operation(document: Mapping[str, Any]) -> str:
    """Return the operation. AWS's JavaScript SDK has `operation`; AWS's device client has `steps` instead."""
    operation = document.get("operation", "steps" if "steps" in document else None)
    if not isinstance(operation, str) or not operation:
        raise RefusedError("ERR_INVALID_DOCUMENT", "The job document has neither an operation nor steps")
    return operation[:128]


def _built_in(config: Config, operation: str) -> Handler | None:
    if operation not in config.operations:
        return None
    function, restart = _BUILT_IN[operation]
    return Handler(function=function, restart=restart, seconds=None)


def _seconds(document: Mapping[str, Any], longest: int) -> int:
    """Return the time limit. The document may shorten the device's, but not extend it."""
    seconds = document.get("timeoutSeconds", longest)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 1:
        raise RefusedError("ERR_INVALID_DOCUMENT", "timeoutSeconds: a whole number from 1 is required")
    return min(seconds, longest)
