"""A job: what to run, as its owner wrote it, and what was worked out from that when it was saved."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict, cast

from functions.jobs.model.container_spec import RunSpec
from functions.jobs.model.firing import Firing
from functions.jobs.model.fleet_spec import FleetRunSpec, FleetSpec
from functions.jobs.model.group import MAX_GROUPS
from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.run import RunStatus
from functions.jobs.model.schedule import Schedule

ID_PATTERN = re.compile(r"([a-z0-9]+(-+[a-z0-9]+)*)(\.([a-z0-9]+(-+[a-z0-9]+)*))*")
# An id begins the names of the job's log streams, which CloudWatch Logs limits to 512 characters.
MAX_ID = 400


def is_job_id(text: str) -> bool:
    """Whether `text` is a job id: segments of a-z, 0-9 and inner dashes, joined by dots; at most MAX_ID characters."""
    return len(text) <= MAX_ID and text.count(".") <= MAX_GROUPS and ID_PATTERN.fullmatch(text) is not None


class Dependency(TypedDict):
    """A job whose end a job waits for: its success, unless `on` says otherwise."""

    id: str
    on: NotRequired[Literal["SUCCESS", "FAILURE", "ANY"]]


class ParameterSpec(TypedDict):
    """What a run may give a value: one of `allowed`, if that is there.

    Of a container it is a variable, of a fleet job a part of the document that is rolled out.
    """

    description: NotRequired[str]
    default: NotRequired[str]
    required: NotRequired[bool]
    allowed: NotRequired[list[str]]


class RetentionSpec(TypedDict):
    """How long each finished run is kept, in seconds; how many are: of those that succeeded, of those that failed."""

    seconds: NotRequired[int]
    successes: NotRequired[int]
    failures: NotRequired[int]


class EventSpec(TypedDict):
    """Events that start a run: those of a bus (without one: the account's) that fit EventBridge's `pattern`.

    `parameters`: parameter -> where its value stands in the event, as EventBridge's JSON path.
    """

    id: str
    pattern: dict[str, Any]
    bus: NotRequired[str]
    parameters: NotRequired[dict[str, str]]


Override = Literal["env", "cmd", "args", "cpus", "mem", "timeout", "imageTag"]


class JobSpec(TypedDict):
    """A job's document, with all defaults filled in and without its schedules."""

    id: str
    description: NotRequired[str]
    labels: dict[str, str]
    dependencies: list[Dependency]
    parameters: NotRequired[dict[str, ParameterSpec]]
    overrides: NotRequired[list[Override]]
    payload: NotRequired[Literal["OPTIONAL", "REQUIRED"]]
    retention: NotRequired[RetentionSpec]
    events: NotRequired[list[EventSpec]]
    run: RunSpec | FleetRunSpec


def fleet_run(spec: JobSpec) -> FleetRunSpec | None:
    """The `run` of a fleet job; None if the job runs containers. The key `fleet` tells."""
    return cast("FleetRunSpec", spec["run"]) if "fleet" in spec["run"] else None


def fleet_of(spec: JobSpec) -> FleetSpec | None:
    """What a fleet job rolls out; None if the job runs containers."""
    run = fleet_run(spec)
    return run["fleet"] if run else None


def container_run(spec: JobSpec) -> RunSpec:
    """The `run` of a job that is no fleet job."""
    return cast("RunSpec", spec["run"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A saved job. `version` grows with each change of the job or its schedules, `plan.revision` with the document.

    From `paused_at` on its schedules start no runs.
    """

    spec: JobSpec
    plan: LaunchPlan
    created_at: datetime
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    version: int = 1
    paused_at: datetime | None = None

    @property
    def id(self) -> str:
        """The job's id; the dots in it are its groups."""
        return self.spec["id"]

    @property
    def parents(self) -> frozenset[str]:
        """The ids of the jobs that this one depends on."""
        return frozenset(parent["id"] for parent in self.spec["dependencies"])

    @property
    def waits_for(self) -> Mapping[str, str]:
        """By the id of each parent, which end of it the job waits for: SUCCESS, FAILURE or ANY."""
        return {parent["id"]: parent.get("on", "SUCCESS") for parent in self.spec["dependencies"]}

    @property
    def etag(self) -> str:
        """Names this state of this job, also when another job had its id before (RFC 9110, section 8.8.3)."""
        return f'"{int(self.created_at.timestamp() * 1000):x}.{self.version}"'


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """A job's document as it was saved once: it never changes."""

    spec: JobSpec
    plan: LaunchPlan
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class LastEnd:
    """How the run of a job that ended last did."""

    status: RunStatus
    at: datetime
    run_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JobState:
    """What has happened to a job so far.

    `children` are the ids of the jobs that depend on it; `queued` is a firing that waits for the active run to end.
    `keep_successes` and `keep_failures`: how many finished runs are kept (None: all).
    """

    active: frozenset[str] = frozenset()
    children: frozenset[str] = frozenset()
    successes: int = 0
    failures: int = 0
    skips: int = 0
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_success_run: str | None = None
    last_failure_run: str | None = None
    last_started_at: datetime | None = None
    queued: Firing | None = None
    keep_successes: int | None = None
    keep_failures: int | None = None

    @property
    def last_end(self) -> LastEnd | None:
        """The end of the latest run that has ended."""
        ends = (
            (RunStatus.SUCCESS, self.last_success_at, self.last_success_run),
            (RunStatus.FAILED, self.last_failure_at, self.last_failure_run),
        )
        known = [LastEnd(status, at, run_id) for status, at, run_id in ends if at and run_id]
        return max(known, key=lambda end: end.at, default=None)
