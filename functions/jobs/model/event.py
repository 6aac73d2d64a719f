"""EventBridge events that start runs of a job, and the event rule of each event trigger in its document."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.jobs.model.firing import Arrival
from functions.jobs.model.job import EventSpec, Job, JobSpec
from functions.jobs.model.run import derived_run_id

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True, kw_only=True, slots=True)
class JobEvent:
    """An event that matched a job's event trigger `event_id`; `content` is the event as EventBridge delivers it."""

    job_id: str
    event_id: str
    content: Mapping[str, Any]

    @property
    def run_id(self) -> str:
        """The id of the run that the event starts.

        A repeated delivery gives the same id; a replay from an archive gives another.
        """
        replay = self.content.get("replay-name", "")
        return derived_run_id(self._at, self.job_id, self.event_id, self.content["id"], replay)

    @property
    def arrival(self) -> Arrival:
        """The event without its content, for a skip."""
        return Arrival(job_id=self.job_id, event_id=self.event_id, run_id=self.run_id, at=self._at)

    @property
    def _at(self) -> datetime:
        return datetime.fromisoformat(self.content["time"])

    def values(self, paths: Mapping[str, str]) -> dict[str, str]:
        """Return the values at these paths, by name: texts as they are, others as JSON, without null or absent ones."""
        found = {name: _at(path, self.content) for name, path in paths.items()}
        return {name: _text(value) for name, value in found.items() if value is not None}


def _at(path: str, content: Any) -> Any:
    """Return the value at a path such as $.detail.items[0].name; None if there is none."""
    for key, place in _STEP.findall(path):
        if place:
            content = content[int(place)] if isinstance(content, list) and int(place) < len(content) else None
        else:
            content = content.get(key) if isinstance(content, dict) else None
    return content


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


DEFAULT_BUS = "default"  # the account's own bus, to which AWS services send their events
Pattern = Mapping[str, Any]


@dataclass(frozen=True, order=True, slots=True)
class EventRule:
    """The key of an event rule: an event trigger and the name of its bus. On another bus it is another rule."""

    event_id: str
    bus: str


def rules_of(spec: JobSpec) -> dict[EventRule, Pattern]:
    """Return the event rules of a job document, each with its pattern."""
    return {EventRule(event["id"], bus_of(event)): event["pattern"] for event in spec.get("events", [])}


def changed_rules(old: Job | None, new: Job | None) -> set[EventRule]:
    """Return the rules that a change of a job creates, changes or removes; None means that there is no job."""
    before, after = (rules_of(job.spec) if job else {} for job in (old, new))
    return {rule for rule in {*before, *after} if as_text(before.get(rule)) != as_text(after.get(rule))}


def as_text(pattern: Pattern | None) -> str:
    """Return a pattern as text, for comparing: Python takes true for 1 and 300 for 300.0, EventBridge does not."""
    return json.dumps(pattern, sort_keys=True)


def bus_of(event: EventSpec) -> str:
    """Return the name of the event trigger's bus, which the document may give as an ARN."""
    return event.get("bus", DEFAULT_BUS).rpartition(":event-bus/")[2]
