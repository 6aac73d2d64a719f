"""The story so far, and the way back to a moment of it: the table, the executions, and the notes."""

import re
from collections import defaultdict
from copy import copy, deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.stepfunctions.models import Execution, stepfunctions_backends

from tests.conftest import ACCOUNT, ENVIRONMENT, REGION
from tests.engine.ledger import Ledger
from tests.fleets.core import IotCore
from tests.fleets.waiting import Waiting

_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")
_TEXT = re.compile(r"datetime\.datetime\([^)]*\)|'(timestamp|lastUpdatedAt|createdAt|completedAt)': \d+")


@dataclass(slots=True)
class Notes:
    """What is known outside the table.

    By job: `triggers` of callers, each key once; `known` ids of runs that callers got and of firings that were
    accepted, with the time. `stopped`: runs that were stopped, by the answers to callers. `keys`: the runs of each key.
    """

    ledger: Ledger = field(default_factory=Ledger)
    triggers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    known: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    stopped: set[str] = field(default_factory=set)
    keys: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True, slots=True)
class Fleets:
    """AWS IoT, and the executions that wait for it."""

    iot: IotCore
    waiting: Waiting

    def state(self) -> Any:
        """A copy of their state."""
        waiting = self.waiting
        return deepcopy((self.iot.account, waiting.entered, waiting.asking, waiting.closing))

    def back(self, state: Any) -> None:
        """Restore this state."""
        waiting = self.waiting
        self.iot.account, waiting.entered, waiting.asking, waiting.closing = deepcopy(state)


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of the story."""

    now: datetime
    notes: Notes
    items: Any
    executions: dict[str, list[Execution]]
    fleets: Any

    @classmethod
    def of(cls, now: datetime, notes: Notes, fleets: Fleets) -> "Moment":
        """Keep this moment."""
        executions = {machine.name: _copied(machine.executions) for machine in _machines()}
        return cls(now, deepcopy(notes), deepcopy(_table().items), executions, fleets.state())

    def back(self, fleets: Fleets) -> Notes:
        """Restore the account as it was, and return the notes of then."""
        fleets.back(self.fleets)
        _table().items = deepcopy(self.items)
        for machine in _machines():
            machine.executions = _copied(self.executions[machine.name])
        return deepcopy(self.notes)


def state(fleets: Fleets) -> str:
    """Everything that AWS knows, as a text. Equal states have the same future.

    Times differ with the number of calls, so the text has only their order: nothing more matters of times so close.
    """
    rows = {key.value: {sort.value: row.to_regular_json() for sort, row in rows.items()} for key, rows in _rows()}
    runs = [
        (run.name, run.status, run.stop_date and run.stop_date.isoformat()) for m in _machines() for run in m.executions
    ]
    text = str((rows, runs, _TEXT.sub("", str(fleets.state()))))
    order = {time: number for number, time in enumerate(sorted(set(_TIME.findall(text))))}
    return _TIME.sub(lambda found: f"time {order[found[0]]}", text)


def _copied(executions: list[Execution]) -> list[Execution]:
    return [copy(execution) for execution in executions]


def _rows() -> Any:
    return _table().items.items()


def _table() -> Any:
    return dynamodb_backends[ACCOUNT][REGION].tables[ENVIRONMENT["TABLE_NAME"]]


def _machines() -> Any:
    return stepfunctions_backends[ACCOUNT][REGION].state_machines
