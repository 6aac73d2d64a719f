"""The job as its handler sees it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shiftwork_agent.disk import replace_json
from shiftwork_agent.jobs.details import clean
from shiftwork_agent.jobs.execution import IN_PROGRESS, SUCCEEDED, Outcome
from shiftwork_agent.settings.config import Config


@dataclass(kw_only=True, slots=True)
class Job:
    """The second argument of each handler.

    `resumed`: the job was begun before, and a restart interrupted it. `wanted_reboot`: the handler asked for that
    restart with `reboot`. `rebooted`: the machine has restarted since. `saved`: the values that `save` kept.
    """

    id: str
    execution_number: int
    config: Config
    resumed: bool = False
    wanted_reboot: bool = False
    rebooted: bool = False
    saved: dict[str, Any] = field(default_factory=dict)
    send: Callable[[Mapping[str, Any]], None]

    def report(self, **details: object) -> None:
        """Report details of the job, for example step="unpack", progress=40. Earlier details stay."""
        self.send({"progressed": clean(details)})

    def save(self, **values: Any) -> None:
        """Keep JSON values on the disk. A restart of the agent or the machine does not lose them."""
        self.saved.update(values)
        key = [self.id, self.execution_number]
        replace_json(_saved_file(self.config.state), {"key": key, "values": self.saved})

    def reboot(self, **details: object) -> Outcome:
        """Return an outcome for the handler to return: the machine restarts, and then the handler is called again."""
        return Outcome(IN_PROGRESS, clean(details), "reboot")

    def shutdown(self, **details: object) -> Outcome:
        """Return an outcome for the handler to return: the job succeeds, and then the machine shuts down."""
        return Outcome(SUCCEEDED, clean(details), "shutdown")


def read_saved(state: Path, key: tuple[str, int]) -> dict[str, Any]:
    """Return what the execution with this key saved. It is empty for another execution or an unreadable file."""
    try:
        kept = json.loads(_saved_file(state).read_bytes())
        return dict(kept["values"]) if kept["key"] == list(key) else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _saved_file(state: Path) -> Path:
    return state / "saved.json"
