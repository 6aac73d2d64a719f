"""Events of EventBridge that start runs of a job, and the EventBridge rule of each pattern in its document."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.jobs.model.job import EventSpec, Job, JobSpec
from functions.jobs.model.run import derived_run_id

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


DEFAULT_BUS = "default"  # the account's own, which AWS services send their events to
Pattern = Mapping[str, Any]


@dataclass(frozen=True, order=True, slots=True)
class EventRule:
    """The rule of one event on the bus of this name: if the event moves to another bus, that is another rule."""

    event_id: str
    bus: str


def rules_of(spec: JobSpec) -> dict[EventRule, Pattern]:
    """The rules of a job's document, with the pattern of each."""
    return {EventRule(event["id"], bus_of(event)): event["pattern"] for event in spec.get("events", [])}


def changed_rules(old: Job | None, new: Job | None) -> set[EventRule]:
    """The rules that are not the same before and after a change of a job; None: there is no job."""
    before, after = (rules_of(job.spec) if job else {} for job in (old, new))
    return {rule for rule in {*before, *after} if as_text(before.get(rule)) != as_text(after.get(rule))}


def as_text(pattern: Pattern | None) -> str:
    """A pattern to compare by: to Python true is 1 and 300 is 300.0, to EventBridge they are not."""
    return json.dumps(pattern, sort_keys=True)


def bus_of(event: EventSpec) -> str:
    """The name of the event's bus, which may be given as its ARN."""
    return event.get("bus", DEFAULT_BUS).rpartition(":event-bus/")[2]
