"""A job: what to run, as its owner wrote it, and what was worked out from that when it was saved."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NotRequired, TypedDict

ID_PATTERN = re.compile(r"([a-z0-9]+(-+[a-z0-9]+)*)(\.([a-z0-9]+(-+[a-z0-9]+)*))*")
# An id begins the names of the job's log streams, which CloudWatch Logs limits to 512 characters.
MAX_ID = 400


def is_job_id(text: str) -> bool:
    """Whether `text` is a job id: segments of a-z, 0-9 and inner dashes, joined by dots; at most MAX_ID characters."""
    return len(text) <= MAX_ID and ID_PATTERN.fullmatch(text) is not None


class SecretRef(TypedDict):
    """The value of an environment variable that names a secret of the job."""

    secret: str


class DockerSpec(TypedDict):
    """The container image."""

    image: str


class RunSpec(TypedDict):
    """What a run executes. `mem` and `disk` in MiB, `cpus` in vCPUs, times in seconds."""

    cpus: float
    mem: float
    disk: float
    env: dict[str, str | SecretRef]
    secrets: dict[str, dict[str, str]]
    cmd: NotRequired[str]
    args: NotRequired[list[str]]
    user: NotRequired[str]
    docker: NotRequired[DockerSpec]
    taskKillGracePeriodSeconds: NotRequired[int]


class JobSpec(TypedDict):
    """A job's document, with all defaults filled in and without its schedules."""

    id: str
    labels: dict[str, str]
    run: RunSpec


Schedule = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class LaunchPlan:
    """All that starting a run needs to know of its job: revision of the document, task definition, allocated size."""

    revision: int
    task_definition: str
    cpu: int
    memory: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A saved job."""

    spec: JobSpec
    plan: LaunchPlan
    created_at: datetime
    schedules: Mapping[str, Schedule] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The job's id; the dots in it are its groups."""
        return self.spec["id"]


@dataclass(frozen=True, kw_only=True, slots=True)
class JobState:
    """What has happened to a job so far."""

    active: frozenset[str] = frozenset()
    successes: int = 0
    failures: int = 0
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
