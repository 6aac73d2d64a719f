"""Runs documents by their handlers in this process, as the worker does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shiftwork_agent.errors import JobError
from shiftwork_agent.jobs.execution import Execution, Outcome, failure
from shiftwork_agent.jobs.ports import Resumption
from shiftwork_agent.running import worker
from shiftwork_agent.running.launcher import route
from shiftwork_agent.running.worker import Assignment
from tests.agent.configs import config

EVERYTHING = ("systemStatus", "reboot", "shutdown", "install", "download-file", "run-command", "steps")
SERVICES = ("start", "stop", "restart")


@dataclass
class Place:
    """A device's folder. `told` has the details that the last document's handler reported."""

    folder: Path
    tables: dict[str, Any] = field(default_factory=dict)
    told: list[Mapping[str, str]] = field(default_factory=list)

    def run(self, document: object, resumption: Resumption | None = None, job_id: str = "job-1") -> Outcome:
        """Run the document, and return the outcome that the agent would report."""
        sent: list[Mapping[str, Any]] = []
        found = config(self.folder, **{"operations": [*EVERYTHING, *SERVICES], **self.tables})
        try:
            function = route(found, document).function
        except JobError as error:
            return failure(error)
        assignment = Assignment(function, Execution(job_id, 1, 2, document), resumption, found)
        outcome = worker.run(Assignment.from_json(assignment.as_json()), sent.append)
        self.told = [message["progressed"] for message in sent]
        return outcome

    def steps_told(self) -> list[str]:
        return [told["step"] for told in self.told if "step" in told]
