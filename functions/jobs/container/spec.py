"""What a job's document says of its containers, with its defaults filled in: images, processes, sidecars."""

from typing import Literal, NotRequired, TypedDict


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
