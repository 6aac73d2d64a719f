"""An event that fits the pattern of a job has come, and what it says of the job's parameters."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.jobs.run import derived_run_id

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, kw_only=True, slots=True)
class JobEvent:
    """An event, as EventBridge tells it in `content`; `event_id` is which of the job's events it is."""

    job_id: str
    event_id: str
    content: Mapping[str, Any]

    @property
    def run_id(self) -> str:
        """The id of the run that it starts: told again, it is the same; replayed from an archive, it is another."""
        at, replay = datetime.fromisoformat(self.content["time"]), self.content.get("replay-name", "")
        return derived_run_id(at, self.job_id, self.event_id, self.content["id"], replay)

    def values(self, paths: Mapping[str, str]) -> dict[str, str]:
        """The texts at these paths, by name; what is no text as JSON. What is null or absent is left out."""
        found = {name: _at(path, self.content) for name, path in paths.items()}
        return {name: _text(value) for name, value in found.items() if value is not None}


def _at(path: str, content: Any) -> Any:
    """What stands at a path such as $.detail.items[0].name; None if nothing does."""
    for key, place in _STEP.findall(path):
        if place:
            content = content[int(place)] if isinstance(content, list) and int(place) < len(content) else None
        else:
            content = content.get(key) if isinstance(content, dict) else None
    return content


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
