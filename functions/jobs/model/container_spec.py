"""The `run` of a container job with all defaults filled in: main container, sidecars, volumes, retries, size."""

from typing import Literal, NotRequired, TypedDict

from functions.jobs.model.launch_plan import RetryRule


class SecretRef(TypedDict):
    """An environment variable whose value is a secret: `secret` is a name in the job's `secrets`."""

    secret: str


class SecretSpec(TypedDict):
    """Where a secret is kept: the name or ARN of an SSM parameter, or the ARN of a Secrets Manager secret."""

    source: str


Env = dict[str, str | SecretRef]


class DockerParameter(TypedDict):
    """One option of `docker run`, without its dashes."""

    key: str
    value: str


class PullConfig(TypedDict):
    """The secret that holds the credentials of a private registry."""

    secret: str


class DockerSpec(TypedDict):
    """A container image and the options of `docker run`."""

    image: str
    privileged: bool
    parameters: list[DockerParameter]
    forcePullImage: bool
    pullConfig: NotRequired[PullConfig]


class UcrImage(TypedDict):
    """An image for Mesos' own containerizer; `id` is the image's name."""

    id: str
    kind: Literal["docker", "appc"]
    forcePull: bool


class UcrSpec(TypedDict):
    """A container for Mesos' own containerizer; Fargate runs its image as a Docker image."""

    image: UcrImage
    privileged: bool


class Dependency(TypedDict):
    """A container that must reach `condition` before this one starts."""

    container: str
    condition: Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"]


class HealthCheck(TypedDict):
    """A shell command that exits with 0 when a sidecar is ready."""

    cmd: str
    intervalSeconds: int
    timeoutSeconds: int
    retries: int
    startPeriodSeconds: NotRequired[int]


class Process(TypedDict):
    """The process of a container: command, user, variables."""

    env: Env
    cmd: NotRequired[str]
    args: NotRequired[list[str]]
    entrypoint: NotRequired[list[str]]
    user: NotRequired[str]
    workingDirectory: NotRequired[str]
    readonlyRootFilesystem: NotRequired[bool]
    dependsOn: NotRequired[list[Dependency]]


class Sidecar(Process):
    """A container that runs beside the main one in the same ECS task."""

    name: str
    image: str
    essential: bool
    healthCheck: NotRequired[HealthCheck]


class Artifact(TypedDict):
    """A file that the init container fetches into the sandbox before the other containers start."""

    uri: str
    extract: bool
    executable: bool
    cache: bool


class File(TypedDict):
    """A file whose content is in the job document."""

    path: str
    content: str
    encoding: Literal["text", "base64"]
    executable: bool


class EfsSpec(TypedDict):
    """An EFS file system."""

    fileSystemId: str
    rootDirectory: NotRequired[str]
    accessPointId: NotRequired[str]
    iam: NotRequired[bool]


class Volume(TypedDict):
    """A host's folder, a secret as a file, or an EFS file system: exactly one of `hostPath`, `secret` and `efs`."""

    containerPath: str
    mode: NotRequired[Literal["RO", "RW"]]
    hostPath: NotRequired[str]
    secret: NotRequired[str]
    efs: NotRequired[EfsSpec]


class Constraint(TypedDict):
    """A constraint on hosts, which functions/jobs/container/rules.py refuses: Fargate has no hosts to choose from."""

    attribute: str
    operator: Literal["IS", "EQ", "LIKE", "UNLIKE"]
    value: NotRequired[str]


class Placement(TypedDict):
    """Where ECS tasks run; fields that are absent take the deployment's values."""

    constraints: list[Constraint]
    subnets: NotRequired[list[str]]
    securityGroups: NotRequired[list[str]]
    assignPublicIp: NotRequired[bool]


class Restart(TypedDict):
    """Metronome's retries: whether a failed task starts again, and for how many seconds after the run was created."""

    policy: Literal["NEVER", "ON_FAILURE"]
    activeDeadlineSeconds: NotRequired[int]


class RetrySpec(TypedDict):
    """How often and when a failed task starts again. Without `attempts` there is no limit."""

    attempts: NotRequired[int]
    waitSeconds: int
    factor: float
    maxWaitSeconds: int
    jitter: bool
    rules: list[RetryRule]


class LogSpec(TypedDict):
    """How containers hand lines to the log driver. The buffer is of the mode `non-blocking`, in Docker's form (25m)."""

    mode: Literal["blocking", "non-blocking"]
    maxBufferSize: NotRequired[str]


class Network(TypedDict):
    """A network, in the terms of Metronome."""

    mode: Literal["host", "container/bridge", "container"]
    name: NotRequired[str]
    labels: NotRequired[dict[str, str]]


class RunSpec(Process):
    """The `run` of a container job. `takesPayload` is not in the document: it is set if the job has a payload."""

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
    log: NotRequired[LogSpec]
    takesPayload: NotRequired[bool]
