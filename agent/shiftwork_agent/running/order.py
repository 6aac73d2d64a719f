"""What the agent passes to the process that runs a job: JSON, on its standard input."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shiftwork_agent.jobs.execution import Execution
from shiftwork_agent.jobs.work import Again
from shiftwork_agent.settings.config import Config
from shiftwork_agent.settings.load import parse


@dataclass(frozen=True, slots=True)
class Order:
    """Call `function` with the execution's document."""

    function: str
    execution: Execution
    again: Again | None
    config: Config

    def as_json(self) -> dict[str, Any]:
        """The order in JSON's types."""
        job, again = self.execution, self.again
        return {
            "function": self.function,
            "job": [job.job_id, job.number, job.version, job.document],
            "again": [again.wanted_reboot, again.rebooted] if again else None,
            "config": self.config.source,
            "folder": str(self.config.folder),
        }


def read(order: dict[str, Any]) -> Order:
    """The order that `as_json` made."""
    again = Again(*order["again"]) if order["again"] else None
    return Order(order["function"], Execution(*order["job"]), again, parse(order["config"], Path(order["folder"])))
