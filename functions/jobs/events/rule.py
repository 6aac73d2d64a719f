"""The rules by which the events in a job's document start runs: one in EventBridge for each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.jobs.job import EventSpec, Job, JobSpec

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
