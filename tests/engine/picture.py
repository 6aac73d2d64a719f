"""The content of the table and of Step Functions at one moment, read from moto itself without a call of AWS."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.stepfunctions.models import Execution, stepfunctions_backends

from functions.aws.table.table import Item, unpack
from tests.conftest import ACCOUNT, ENVIRONMENT, REGION

ACTIVE = ("INITIAL", "STARTING", "ACTIVE")
_SEEN = [
    "active",
    "queued",
    "children",
    "successes",
    "failures",
    "skips",
    "kept",
    "GSI1PK",
    "status",
    "scheduleId",
    "createdAt",
    "completedAt",
    "lastSuccessRun",
    "lastFailureRun",
    "lastStartedAt",
    "message",
    "cause",
    "spec",
    "schedules",
    "result",
    "succeededTasks",
    "failedTasks",
    "tasksCounted",
    "devices",
    "number",
]


@dataclass(frozen=True, slots=True)
class JobPicture:
    """A job: its document, the policies of its schedules, its state, its runs and skips by run id.

    `tasks` by run id and index: the status. `devices` by run id and thing: the number of the attempt, and its status.
    """

    spec: Mapping[str, Any]
    created_at: str
    policies: Mapping[str, str]
    state: Item
    runs: Mapping[str, Item] = field(default_factory=dict)
    skips: Mapping[str, Item] = field(default_factory=dict)
    tasks: Mapping[tuple[str, int], str] = field(default_factory=dict)
    devices: Mapping[str, Mapping[str, tuple[int, str]]] = field(default_factory=dict)

    @property
    def active(self) -> frozenset[str]:
        """The ids of the active runs, as the job's state has them."""
        return frozenset(self.state.get("active", ()))

    @property
    def waiting(self) -> str | None:
        """The run id of the waiting firing."""
        return str(self.state["queued"]["runId"]) if "queued" in self.state else None


@dataclass(frozen=True, slots=True)
class Picture:
    """All jobs; the executions by name; the results of idempotency keys; by run id, whether its rollout is open."""

    jobs: Mapping[str, JobPicture]
    executions: Mapping[str, Execution]
    keys: frozenset[str]
    rollouts: Mapping[str, bool]


def take() -> Picture:
    """Take the picture of this moment."""
    partitions = _partitions()
    found = {name.removeprefix("JOB#"): _job(rows) for name, rows in partitions.items() if "JOB" in rows}
    keys = frozenset(rows["KEY"]["result"] for rows in partitions.values() if "KEY" in rows)
    rollouts = {
        name.removeprefix("FLEET#"): "GSI1PK" in rows["FLEET"] for name, rows in partitions.items() if "FLEET" in rows
    }
    return Picture(found, {execution.name: execution for execution in executions()}, keys, rollouts)


def executions() -> Iterator[Execution]:
    """All executions."""
    for machine in stepfunctions_backends[ACCOUNT][REGION].state_machines:
        yield from machine.executions


def execution(name: str) -> Execution:
    """The execution with this name."""
    return next(one for one in executions() if one.name == name)


def job_of(execution: Execution) -> str:
    """The id of the job whose run an execution carries."""
    return str(json.loads(execution.execution_input)["jobId"])


def ended(execution: Execution) -> bool:
    """Whether an execution has ended."""
    return bool(execution.status != "RUNNING")


def moment(text: str) -> datetime:
    """A time in the table."""
    return datetime.fromisoformat(text)


def _partitions() -> dict[str, dict[str, Item]]:
    table = dynamodb_backends[ACCOUNT][REGION].tables[ENVIRONMENT["TABLE_NAME"]]
    partitions: dict[str, dict[str, Item]] = {}
    for key, rows in table.items.items():
        partitions[key.value] = {sort.value: _row(row.attrs) for sort, row in rows.items() if _wanted(sort.value)}
    return partitions


def _wanted(sort: str) -> bool:
    return sort.startswith(("JOB", "STATE", "RUN#", "SKIP#", "TASK#", "KEY", "DEVICE#", "FLEET"))


def _row(attributes: Mapping[str, Any]) -> Item:
    return unpack({name: attributes[name].to_regular_json() for name in _SEEN if name in attributes})


def _job(rows: Mapping[str, Item]) -> JobPicture:
    job, born = rows["JOB"], rows["JOB"]["createdAt"]
    mine = {
        sort: row for sort, row in rows.items() if row.get("createdAt", born) >= born
    }  # a deleted job may have had the id
    return JobPicture(
        spec=_parsed(job["spec"]),
        created_at=born,
        policies={name: _parsed(text)["concurrencyPolicy"] for name, text in job["schedules"].items()},
        state=rows["STATE"],
        runs={sort[4:]: row for sort, row in mine.items() if sort.startswith("RUN#")},
        skips={sort[5:]: row for sort, row in mine.items() if sort.startswith("SKIP#")},
        tasks={_task(sort): row["status"] for sort, row in mine.items() if sort.startswith("TASK#")},
        devices=_devices(mine),
    )


def _devices(rows: Mapping[str, Item]) -> dict[str, dict[str, tuple[int, str]]]:
    found: dict[str, dict[str, tuple[int, str]]] = {}
    for sort, row in rows.items():
        if sort.startswith("DEVICE#"):
            _, run_id, thing = sort.split("#", 2)
            found.setdefault(run_id, {})[thing] = (row["number"], row["status"])
    return found


def _task(sort: str) -> tuple[str, int]:
    _, run_id, index = sort.split("#")
    return run_id, int(index)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Any:
    return json.loads(text)
