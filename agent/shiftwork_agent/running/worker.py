"""The process that runs one job: it reads its assignment, calls the handler, and sends messages to the agent.

The assignment comes as a line of JSON on standard input. The messages are lines of JSON on a file descriptor.
"""

import importlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.details import clean
from shiftwork_agent.jobs.execution import FAILED, IN_PROGRESS, REJECTED, SUCCEEDED, Execution, Outcome, failure
from shiftwork_agent.jobs.ports import Resumption
from shiftwork_agent.running.job import Job, read_saved
from shiftwork_agent.settings.config import Config
from shiftwork_agent.settings.load import parse

Send = Callable[[Mapping[str, Any]], None]

_ENDS = {(IN_PROGRESS, "reboot"), (SUCCEEDED, "shutdown"), (SUCCEEDED, None), (FAILED, None), (REJECTED, None)}


@dataclass(frozen=True, slots=True)
class Assignment:
    """What the process has to do: call `function` with the execution's document."""

    function: str
    execution: Execution
    resumption: Resumption | None
    config: Config

    def as_json(self) -> dict[str, Any]:
        """Return the assignment in JSON's types."""
        job, resumption = self.execution, self.resumption
        return {
            "function": self.function,
            "job": [job.job_id, job.number, job.version, job.document],
            "resumption": [resumption.wanted_reboot, resumption.rebooted] if resumption else None,
            "config": self.config.source,
            "folder": str(self.config.folder),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Return the assignment that `as_json` made."""
        resumption = Resumption(*values["resumption"]) if values["resumption"] else None
        config = parse(values["config"], Path(values["folder"]))
        return cls(values["function"], Execution(*values["job"]), resumption, config)


def main() -> None:
    """Run the job on standard input. The last argument is the file descriptor for messages."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that handlers can clean up
    channel = os.fdopen(int(sys.argv[-1]), "w")

    def send(message: Mapping[str, Any]) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    assignment = Assignment.from_json(json.loads(sys.stdin.readline()))
    threading.Thread(target=_end_with_agent, daemon=True).start()
    send({"ended": asdict(run(assignment, send))})


def _end_with_agent() -> None:
    """Kill the job's process group when the agent dies. The agent keeps standard input open as long as it lives.

    Nobody else would end this job, which the agent begins anew after its restart.
    """
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


def run(assignment: Assignment, send: Send) -> Outcome:
    """Call the handler. Whatever it returns or raises becomes an outcome."""
    try:
        answer = _handler(assignment)(assignment.execution.document, _job(assignment, send))
    except JobError as error:
        return failure(error)
    except Exception as error:  # a handler may raise anything, and that must not be lost
        traceback.print_exc()
        return Outcome(FAILED, clean({"errorCode": "ERR_UNEXPECTED", "reason": f"{type(error).__name__}: {error}"}))
    if isinstance(answer, Outcome) and (answer.status, answer.then) in _ENDS:
        return Outcome(answer.status, clean(answer.details), answer.then)
    if answer is None or isinstance(answer, dict):
        return Outcome(SUCCEEDED, clean(answer or {}))
    returned = f"Outcome with {answer.status}" if isinstance(answer, Outcome) else type(answer).__name__
    reason = f"The handler returned {returned}. It must return a dict or None"
    return Outcome(FAILED, {"errorCode": "ERR_UNEXPECTED", "reason": reason})


def _handler(assignment: Assignment) -> Callable[[Any, Job], object]:
    module, _, name = assignment.function.partition(":")
    sys.path.insert(0, str(assignment.config.modules))
    try:
        found: Callable[[Any, Job], object] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        reason = f"The handler {assignment.function} is not in {assignment.config.modules}: {error}"
        raise JobError("ERR_UNEXPECTED", reason) from error
    return found


def _job(assignment: Assignment, send: Send) -> Job:
    resumption = assignment.resumption
    return Job(
        id=assignment.execution.job_id,
        execution_number=assignment.execution.number,
        config=assignment.config,
        resumed=resumption is not None,
        wanted_reboot=resumption is not None and resumption.wanted_reboot,
        rebooted=resumption is not None and resumption.rebooted,
        saved=read_saved(assignment.config.state, assignment.execution.key),
        send=send,
    )
