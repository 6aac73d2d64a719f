"""The `run` of a container job: its fields, their defaults and the rules that need only the document.

Field names, defaults, limits and messages are Metronome's where it has them. functions/jobs/container refuses what
Fargate, ECS or the deployment cannot do.
"""

import math
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from functions.api.documents.fields import AbsentIf, Broken, Document, Number, Shape, Text, TimeLimit, refuse
from functions.api.documents.image import Docker, Ucr
from functions.api.documents.network import Network, Placement, network_rules
from functions.api.documents.process import Env, Process, Secret, SecretRef, Sidecar
from functions.api.documents.retry import Retries, Retry
from functions.api.documents.volume import Artifact, File, SecretVolume, Volume

_Tasks = Annotated[int, Field(le=10_000)]


class Restart(Document):
    """What follows when a task fails, in Metronome's terms."""

    policy: Literal["NEVER", "ON_FAILURE"] = Field(
        description="ON_FAILURE: a failed task is retried at once, in the same run.", examples=["ON_FAILURE"]
    )
    activeDeadlineSeconds: int | None = Field(
        default=None,
        ge=0,
        description="The seconds after the run's start in which a failed task is retried. Default: no limit. A running "
        "task is not stopped by it.",
        examples=[120],
    )


class Log(Document):
    """How the containers hand their lines to the log driver. Source: ECS API Reference, LogConfiguration."""

    mode: Literal["blocking", "non-blocking"] = Field(
        default="blocking",
        description="blocking: no line is lost; while CloudWatch Logs takes no lines, containers wait when they print. "
        "non-blocking: containers never wait; lines that do not fit into the buffer are lost.",
        examples=["non-blocking"],
    )
    maxBufferSize: (
        Annotated[str, Shape("[1-9][0-9]{0,5}[km]", "is not a size. Use a form such as 25m or 512k.")] | None
    ) = Field(default=None, description="The buffer of the mode non-blocking. Default: 10m.", examples=["25m"])

    @model_validator(mode="after")
    def _consistent(self) -> "Log":
        if self.maxBufferSize is not None and self.mode == "blocking":
            message = "has no effect in the mode blocking. Set the mode to non-blocking, or remove it."
            refuse([Broken(("maxBufferSize",), message)])
        return self


def _whole_seconds(seconds: float | None) -> int | None:
    """Return whole seconds, cut as in Metronome; None for 0, which the dcos client sends for an absent field."""
    return math.trunc(seconds) or None if seconds is not None else None


class RunDocument(Process):
    """What a run of a container job executes."""

    cpus: Annotated[Number, Field(ge=0.01)] = Field(
        description="The vCPUs, rounded up to the smallest Fargate size that fits, from 0.25 to 16.", examples=[0.5]
    )
    mem: Annotated[Number, Field(ge=32)] = Field(
        description="The memory in MiB, rounded up to the smallest Fargate size that fits, at most 122880.",
        examples=[512],
    )
    disk: Annotated[Number, Field(ge=0)] = Field(
        description="The disk in MiB. A task has 20 GiB free of charge, and at most 200 GiB.", examples=[0]
    )
    gpus: int = Field(default=0, ge=0, description="Must be 0: Fargate has no GPUs.", examples=[0])
    env: Env = {}
    secrets: dict[Text, Secret] = Field(
        default={},
        description="The secrets by name. Each must be used by env, volumes, sidecars or pullConfig.",
        examples=[{"db-password": {"source": "/shiftwork/dev/db-password"}}],
    )
    placement: Placement = Field(
        default=Placement(),
        description="The network of the tasks.",
        examples=[{"constraints": []}],
        json_schema_extra={"default": {"constraints": []}},
    )
    artifacts: list[Artifact] = Field(
        default=[],
        description="Files that are fetched into $MESOS_SANDBOX (/mnt/mesos/sandbox) before the containers start.",
        examples=[[{"uri": "https://example.com/tools.tar.gz"}]],
    )
    maxLaunchDelay: int = Field(default=3600, ge=1, description="No effect, as in Metronome.", examples=[3600])
    docker: Docker | None = Field(
        default=None,
        description="The container image. Default, without docker and ucr: the deployment's image.",
        examples=[{"image": "busybox"}],
    )
    ucr: Ucr | None = Field(
        default=None,
        description="The container image in the terms of Mesos. Not with docker.",
        examples=[{"image": {"id": "i"}}],
    )
    volumes: list[Volume] = Field(
        default=[],
        description="Volumes: EFS file systems, and secrets as files.",
        examples=[
            [{"containerPath": "/mnt/data", "mode": "RW", "efs": {"fileSystemId": "fs-0123456789abcdef0"}}],
        ],
    )
    restart: Restart = Field(
        default=Restart(policy="NEVER"),
        description="Whether a failed task is retried. If there is a `retry`, it replaces the policy.",
        examples=[{"policy": "NEVER"}],
        json_schema_extra={"default": {"policy": "NEVER"}},
    )
    retry: Annotated[Retry | None, Retries()] = Field(
        default=None,
        description="How often and when a failed task is retried. A plain number is AWS Copilot's `retries`: the "
        "number of retries, the first after 10 seconds, and each wait is 1.5 times the one before.",
        examples=[{"attempts": 5, "waitSeconds": 10, "factor": 2, "maxWaitSeconds": 360, "jitter": True, "rules": []}],
    )
    attemptTimeoutSeconds: TimeLimit = Field(
        default=None,
        description="The time limit of an attempt, in seconds or as a duration such as 90s. At the limit the attempt "
        "fails.",
        examples=[900],
    )
    timeoutSeconds: TimeLimit = Field(
        default=None,
        description="The time limit of the run with all attempts and waits, in seconds or as a duration such as "
        "1h30m. At the limit the run is stopped.",
        examples=[3600],
    )
    taskCount: Annotated[_Tasks, Field(ge=1)] | None = Field(
        default=None,
        description="The number of tasks of a run. Each has its own SHIFTWORK_TASK_INDEX, from 0, and its own retries. "
        "Default: 1.",
        examples=[10],
    )
    parallelism: Annotated[_Tasks, Field(ge=1)] | None = Field(
        default=None,
        description="The number of tasks that run at the same time. Default: all.",
        examples=[5],
    )
    toleratedFailures: Annotated[_Tasks, Field(ge=0)] | None = Field(
        default=None,
        description="The number of tasks that may fail while the run still succeeds. Default: 0.",
        examples=[1],
    )
    taskKillGracePeriodSeconds: Annotated[Number | None, Field(ge=0), AbsentIf(0), AfterValidator(_whole_seconds)] = (
        Field(
            default=None,
            description="The seconds between SIGTERM and SIGKILL, at most 120. Default: 30.",
            examples=[30],
        )
    )
    log: Log | None = Field(
        default=None,
        description="How the containers hand their lines to the log driver. Default: in the mode blocking.",
        examples=[{"mode": "non-blocking", "maxBufferSize": "25m"}],
    )
    networks: list[Network] = Field(
        default=[],
        description="Networks, kept without effect: each task has its own network interface.",
        examples=[[{"mode": "host"}]],
    )
    architecture: Literal["x86_64", "arm64"] | None = Field(
        default=None, description="The processor architecture of the images. Default: x86_64.", examples=["arm64"]
    )
    capacity: Literal["FARGATE", "FARGATE_SPOT", "FARGATE_SPOT_WITH_FALLBACK"] | None = Field(
        default=None,
        description="The capacity of Fargate. FARGATE_SPOT is cheaper, but can be interrupted or unavailable. "
        "FARGATE_SPOT_WITH_FALLBACK uses FARGATE if it is unavailable. Default: FARGATE.",
        examples=["FARGATE_SPOT_WITH_FALLBACK"],
    )
    taskRole: Text | None = Field(
        default=None,
        description="The ARN of the IAM role of the containers. Its path is /shiftwork/<stage>/.",
        examples=["arn:aws:iam::123456789012:role/shiftwork/dev/report"],
    )
    files: list[File] | None = Field(
        default=None,
        description="Files of the container, with their content.",
        examples=[[{"path": "/app/config/report.toml", "content": 'format = "pdf"\n'}]],
    )
    sidecars: list[Sidecar] | None = Field(
        default=None,
        description="Additional containers of the task.",
        examples=[[{"name": "proxy", "image": "envoyproxy/envoy:v1.34.0"}]],
    )

    @model_validator(mode="after")
    def _consistent(self) -> "RunDocument":
        containers = {"docker": self.docker is not None, "container": bool(self.docker or self.ucr)}
        refuse([*self._rules(), *self.process_rules(), *network_rules(self.networks, **containers)])
        return self

    def _rules(self) -> Iterator[Broken]:
        if self.cmd is None and self.docker is None and self.ucr is None:
            yield Broken((), "Cmd, Docker or UCR image must be specified")
        if self.docker and self.ucr:
            yield Broken((), "Either Docker or UCR should be provided, but not both")
        if self.docker and any(isinstance(volume, SecretVolume) for volume in self.volumes):
            yield Broken((), "File based secrets are only supported by UCR")
        if self.docker and self.gpus:
            yield Broken((), "GPUs are not supported with Docker")
        yield from self._secret_rules()

    def _secret_rules(self) -> Iterator[Broken]:
        used = set(self._named_secrets())
        if missing := ", ".join(sorted(used - self.secrets.keys())):
            message = f"The following secrets are referenced, but undefined: {missing}."
            yield Broken((), f"{message} Please add them to the secrets field.")
        if unused := ", ".join(sorted(self.secrets.keys() - used)):
            message = f"The following secrets are defined, but not referenced: {unused}."
            yield Broken((), f"{message} Please remove them from the secrets field.")

    def _named_secrets(self) -> Iterator[str]:
        for env in (self.env, *(sidecar.env for sidecar in self.sidecars or [])):
            yield from (value.secret for value in env.values() if isinstance(value, SecretRef))
        yield from (volume.secret for volume in self.volumes if isinstance(volume, SecretVolume))
        if self.docker and self.docker.pullConfig:
            yield self.docker.pullConfig.secret
