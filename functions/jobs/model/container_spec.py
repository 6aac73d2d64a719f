"""The `run` of a container job with all defaults filled in: main container, sidecars, volumes, retries, size."""

from typing import Any, Literal, NotRequired, TypedDict

from functions.jobs.model.launch_plan import RetryRule


class SecretRef(TypedDict):
    """The value of an environment variable that names a secret of the job."""

    secret: str


class SecretSpec(TypedDict):
    """Where a secret is kept: an SSM parameter's name or ARN, a Secrets Manager ARN."""

    source: str


Env = dict[str, str | SecretRef]


class DockerParameter(TypedDict):
    """One option of `docker run`, without its dashes."""

    key: str
    value: str


class PullConfig(TypedDict):
    """The secret with which a private registry is read."""

    secret: str


class DockerSpec(TypedDict):
    """A container image, and options of `docker run`."""

    image: str
    privileged: bool
    parameters: list[DockerParameter]
    forcePullImage: bool
    pullConfig: NotRequired[PullConfig]


class UcrImage(TypedDict):
    """The image of Mesos' own containerizer; its `id` is the image's name."""

    id: str
    kind: Literal["docker", "appc"]
    forcePull: bool


class UcrSpec(TypedDict):
    """A container of Mesos' own containerizer."""

    image: UcrImage
    privileged: bool


class Dependency(TypedDict):
    """What a container waits for."""

    container: str
    condition: Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"]


class HealthCheck(TypedDict):
    """A command that says whether a sidecar is ready."""

    cmd: str
    intervalSeconds: int
    timeoutSeconds: int
    retries: int
    startPeriodSeconds: NotRequired[int]


class Process(TypedDict):
    """What runs in a container."""

    env: Env
    cmd: NotRequired[str]
    args: NotRequired[list[str]]
    entrypoint: NotRequired[list[str]]
    user: NotRequired[str]
    workingDirectory: NotRequired[str]
    readonlyRootFilesystem: NotRequired[bool]
    dependsOn: NotRequired[list[Dependency]]


class Sidecar(Process):
    """A further container of the task."""

    name: str
    image: str
    essential: bool
    healthCheck: NotRequired[HealthCheck]


class Artifact(TypedDict):
    """A file to fetch into the sandbox before the containers start."""

    uri: str
    extract: bool
    executable: bool
    cache: bool


class File(TypedDict):
    """A file that stands in the document."""

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
    """A host's folder, a secret as a file, or an EFS file system: which one says the key that is there."""

    containerPath: str
    mode: NotRequired[Literal["RO", "RW"]]
    hostPath: NotRequired[str]
    secret: NotRequired[str]
    efs: NotRequired[EfsSpec]


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
