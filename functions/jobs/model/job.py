"""A job: its document, its launch plan, its revisions, its state, and the groups that the dots in its id name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict, cast

from functions.jobs.model.container_spec import RunSpec
from functions.jobs.model.firing import Firing
from functions.jobs.model.fleet_spec import FleetRunSpec, FleetSpec
from functions.jobs.model.launch_plan import LaunchPlan
from functions.jobs.model.run import RunStatus
from functions.jobs.model.schedule import Schedule

DEPLOYMENT = ""  # the group of all jobs: it can be paused, but its jobs are not counted
MAX_GROUPS = 30  # creating a job counts it in each of its groups, in one transaction of at most 100 items


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its number of jobs, subgroups included. From `paused_at` on, it is paused."""

    id: str
    jobs: int
    paused_at: datetime | None = None


def groups_of(job_id: str) -> list[str]:
    """Return the groups that a job is in, outermost first."""
    segments = job_id.split(".")[:-1]
    return [".".join(segments[: depth + 1]) for depth in range(len(segments))]


ID_PATTERN = re.compile(r"([a-z0-9]+(-+[a-z0-9]+)*)(\.([a-z0-9]+(-+[a-z0-9]+)*))*")
# An id begins the names of the job's log streams, which CloudWatch Logs limits to 512 characters.
MAX_ID = 400


def is_job_id(text: str) -> bool:
    """Return whether `text` can be a job id: segments of a-z, 0-9 and inner dashes, joined by dots, up to MAX_ID."""
    return len(text) <= MAX_ID and text.count(".") <= MAX_GROUPS and ID_PATTERN.fullmatch(text) is not None


def job_id(text: str) -> str:
    """Return the id of a job or a group. Raises ValueError, in Metronome's words, if it cannot be one."""
    if not is_job_id(text):
        raise ValueError(f"Not a valid id: {text}")
    return text


class Dependency(TypedDict):
    """A job whose end another job waits for: by default its success, else the end that `on` names."""

    id: str
    on: NotRequired[Literal["SUCCESS", "FAILURE", "ANY"]]


class ParameterSpec(TypedDict):
    """A parameter as the job document declares it: a run may give it a value, one of `allowed` if that is present.

    It becomes an environment variable of a container, or a placeholder's value in a fleet job's document.
    """

    description: NotRequired[str]
    default: NotRequired[str]
    required: NotRequired[bool]
    allowed: NotRequired[list[str]]


def declared_values(parameter: ParameterSpec) -> list[str]:
    """Return the values of a parameter that the job document has: the allowed ones and the default."""
    return [*parameter.get("allowed", []), *([parameter["default"]] if "default" in parameter else [])]


class RetentionSpec(TypedDict):
    """How many seconds a finished run is kept, and how many successful and failed runs are kept."""

    seconds: NotRequired[int]
    successes: NotRequired[int]
    failures: NotRequired[int]


class EventSpec(TypedDict):
    """An event trigger: events on `bus` (default: the account's own) that match `pattern` start a run.

    `parameters` maps the name of a parameter to the place of its value in the event, an EventBridge JSON path.
    """

    id: str
    pattern: dict[str, Any]
    bus: NotRequired[str]
    parameters: NotRequired[dict[str, str]]


Override = Literal["env", "cmd", "args", "cpus", "mem", "timeout", "imageTag"]


class JobSpec(TypedDict):
    """A job document with all defaults filled in, without its schedules."""

    id: str
    description: NotRequired[str]
    labels: dict[str, str]
    dependencies: list[Dependency]
    parameters: NotRequired[dict[str, ParameterSpec]]
    overrides: NotRequired[list[Override]]
    payload: NotRequired[Literal["OPTIONAL", "REQUIRED"]]
    retention: NotRequired[RetentionSpec]
    events: NotRequired[list[EventSpec]]
    eventRatePerMinute: NotRequired[int]
    run: RunSpec | FleetRunSpec


def defaults_of(spec: JobSpec) -> dict[str, str]:
    """Return the default values of a job's parameters, by name."""
    return {name: one["default"] for name, one in spec.get("parameters", {}).items() if "default" in one}


def fleet_run(spec: JobSpec) -> FleetRunSpec | None:
    """Return the `run` of a fleet job; None if the job runs a container."""
    return cast("FleetRunSpec", spec["run"]) if "fleet" in spec["run"] else None


def fleet_of(spec: JobSpec) -> FleetSpec | None:
    """Return what a fleet job rolls out; None if the job runs a container."""
    run = fleet_run(spec)
    return run["fleet"] if run else None


def container_run(spec: JobSpec) -> RunSpec:
    """Return the `run` of a container job; the caller knows that it is no fleet job."""
    return cast("RunSpec", spec["run"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A saved job.

    `version` grows with each change of the document or the schedules, `plan.revision` with each change of the document.
    From `paused_at` on, the job is paused.
    """

    spec: JobSpec
    plan: LaunchPlan
    created_at: datetime
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    version: int = 1
    paused_at: datetime | None = None

    @property
    def id(self) -> str:
        """The job's id; its dots separate groups."""
        return self.spec["id"]

    @property
    def parents(self) -> frozenset[str]:
        """The ids of the jobs that this one depends on."""
        return frozenset(parent["id"] for parent in self.spec["dependencies"])

    @property
    def waits_for(self) -> Mapping[str, str]:
        """The end of each parent that the job waits for (SUCCESS, FAILURE or ANY), by the parent's id."""
        return {parent["id"]: parent.get("on", "SUCCESS") for parent in self.spec["dependencies"]}

    @property
    def etag(self) -> str:
        """The ETag of this state; a job that had the same id before never had it (RFC 9110, section 8.8.3)."""
        return f'"{int(self.created_at.timestamp() * 1000):x}.{self.version}"'


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """One saved version of a job document; it never changes."""

    spec: JobSpec
    plan: LaunchPlan
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class LastEnd:
    """The end of a job's latest run that has ended."""

    status: RunStatus
    at: datetime
    run_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JobState:
    """A job's active runs, waiting firing, children and counters.

    `children` are the ids of the jobs that depend on it. `waiting` is the waiting firing. `keep_successes` and
    `keep_failures` say how many finished runs are kept (None: all).
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
    waiting: Firing | None = None
    keep_successes: int | None = None
    keep_failures: int | None = None

    @property
    def last_end(self) -> LastEnd | None:
        """The end of the job's latest run that has ended; None if none has."""
        ends = (
            (RunStatus.SUCCESS, self.last_success_at, self.last_success_run),
            (RunStatus.FAILED, self.last_failure_at, self.last_failure_run),
        )
        known = [LastEnd(status, at, run_id) for status, at, run_id in ends if at and run_id]
        return max(known, key=lambda end: end.at, default=None)
