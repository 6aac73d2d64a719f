"""What a run executes, as a job's document says it with its defaults filled in.

`mem` and `disk` in MiB, `cpus` in vCPUs, times in seconds. A key that is NotRequired is absent where the caller left it
out; the others have Metronome's defaults.
"""

from typing import Any, Literal, NotRequired, TypedDict

from functions.jobs.container.spec import DockerSpec, Process, SecretSpec, Sidecar, UcrSpec
from functions.jobs.container.volume_spec import Artifact, File, Volume
from functions.jobs.launch_plan import RetryRule


class Placement(TypedDict):
    """Where tasks run, if not where the deployment says."""

    constraints: list[dict[str, Any]]
    subnets: NotRequired[list[str]]
    securityGroups: NotRequired[list[str]]
    assignPublicIp: NotRequired[bool]


class Restart(TypedDict):
    """Whether a failed task is started again, and for how long after the run's start."""

    policy: Literal["NEVER", "ON_FAILURE"]
    activeDeadlineSeconds: NotRequired[int]


class RetrySpec(TypedDict):
    """How often and when a failed task is started again; without `attempts` there is no end to it."""

    attempts: NotRequired[int]
    waitSeconds: int
    factor: float
    maxWaitSeconds: int
    jitter: bool
    rules: list[RetryRule]


class Network(TypedDict):
    """A network by Metronome's words."""

    mode: Literal["host", "container/bridge", "container"]
    name: NotRequired[str]
    labels: NotRequired[dict[str, str]]


class RunSpec(Process):
    """What a run executes. `takesPayload` is not in the document: it says whether the job has a payload."""

    cpus: float
    mem: float
    disk: float
    gpus: int
    secrets: dict[str, SecretSpec]
    placement: Placement
    artifacts: list[Artifact]
    maxLaunchDelay: int
    volumes: list[Volume]
    restart: Restart
    networks: list[Network]
    retry: NotRequired[RetrySpec]
    attemptTimeoutSeconds: NotRequired[int]
    timeoutSeconds: NotRequired[int]
    taskCount: NotRequired[int]
    parallelism: NotRequired[int]
    toleratedFailures: NotRequired[int]
    architecture: NotRequired[Literal["x86_64", "arm64"]]
    capacity: NotRequired[Literal["FARGATE", "FARGATE_SPOT", "FARGATE_SPOT_WITH_FALLBACK"]]
    taskRole: NotRequired[str]
    docker: NotRequired[DockerSpec]
    ucr: NotRequired[UcrSpec]
    files: NotRequired[list[File]]
    sidecars: NotRequired[list[Sidecar]]
    taskKillGracePeriodSeconds: NotRequired[int]
    takesPayload: NotRequired[bool]
