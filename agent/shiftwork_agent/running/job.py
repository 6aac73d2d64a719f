"""The job as its handler sees it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shiftwork_agent.disk import replace
from shiftwork_agent.jobs.details import clean
from shiftwork_agent.jobs.execution import IN_PROGRESS, SUCCEEDED, Outcome
from shiftwork_agent.settings.config import Config


@dataclass(kw_only=True, slots=True)
class Job:
    """Given to each handler as its second argument.

    `resumed`: it was begun before, and a restart interrupted it. `wanted_reboot`: it interrupted itself, by `reboot`;
    `rebooted`: and the machine has restarted since. `saved`: what `save` kept.
    """

    id: str
    execution_number: int
    config: Config
    resumed: bool = False
    wanted_reboot: bool = False
    rebooted: bool = False
    saved: dict[str, Any] = field(default_factory=dict)
    tell: Callable[[Mapping[str, Any]], None]

    def report(self, **details: object) -> None:
        """Show details with the job, as step="unpack", progress="40"; those of before stay."""
        self.tell({"told": clean(details)})

    def save(self, **values: Any) -> None:
        """Keep JSON values for the handler's next beginning, should the agent or the machine restart."""
        self.saved.update(values)
        key = [self.id, self.execution_number]
        replace(saved_file(self.config.state), {"key": key, "values": self.saved})

    def reboot(self, **details: object) -> Outcome:
        """To be returned: the machine restarts, and the handler is called again."""
        return Outcome(IN_PROGRESS, clean(details), "reboot")

    def shutdown(self, **details: object) -> Outcome:
        """To be returned: the job has succeeded, and the machine shuts down."""
        return Outcome(SUCCEEDED, clean(details), "shutdown")


def saved_file(state: Path) -> Path:
    """Where `save` keeps values."""
    return state / "saved.json"


def saved(state: Path, key: tuple[str, int]) -> dict[str, Any]:
    """What the job with this key saved."""
    try:
        kept = json.loads(saved_file(state).read_bytes())
        return dict(kept["values"]) if kept["key"] == list(key) else {}
    except (OSError, ValueError, TypeError, KeyError):
        return {}
