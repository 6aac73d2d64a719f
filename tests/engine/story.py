"""The story so far, and going back to a moment of it: the table, the executions, and what was noted of them."""

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
    """What is known from outside the table.

    By job: `wishes` has what callers wanted, each key once; `known`, with the time, the ids of runs that callers were
    answered and of firings that were taken. `stopped`: those that callers were told are stopped. `keys`: the runs that
    came of each key.
    """

    ledger: Ledger = field(default_factory=Ledger)
    wishes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    known: dict[str, dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    stopped: set[str] = field(default_factory=set)
    keys: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True, slots=True)
class Fleets:
    """IoT, and the executions that wait for it."""

    iot: IotCore
    waiting: Waiting

    def state(self) -> Any:
        """All that is known there."""
        waiting = self.waiting
        return deepcopy((self.iot.account, waiting.entered, waiting.asking, waiting.closing))

    def back(self, state: Any) -> None:
        """All is again as it was."""
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
        """This moment."""
        executions = {machine.name: _copied(machine.executions) for machine in _machines()}
        return cls(now, deepcopy(notes), deepcopy(_table().items), executions, fleets.state())

    def back(self, fleets: Fleets) -> Notes:
        """The account is again as it was; what was noted until then."""
        fleets.back(self.fleets)
        _table().items = deepcopy(self.items)
        for machine in _machines():
            machine.executions = _copied(self.executions[machine.name])
        return deepcopy(self.notes)


def state(fleets: Fleets) -> str:
    """All that AWS knows, as a text: equal ones have the same future.

    Of the times, which differ with the number of calls, it has the order: nobody asks more of times so close together.
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
