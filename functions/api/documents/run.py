"""The `run` of a job's document: its shape, its defaults and the rules that concern the document alone.

Field names, defaults, limits and messages are Metronome's where it has them. What Fargate, ECS or the deployment cannot
do is refused by functions/jobs, for every door.
"""

import math
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from functions.api.documents.fields import AbsentIf, Broken, Document, Number, Text, TimeLimit, refuse
from functions.api.documents.image import Docker, Ucr
from functions.api.documents.network import Network, Placement, network_rules
from functions.api.documents.process import Env, Process, Secret, SecretRef, Sidecar
from functions.api.documents.retry import Retries, Retry
from functions.api.documents.volume import Artifact, File, SecretVolume, Volume

_Tasks = Annotated[int, Field(le=10_000)]


class Restart(Document):
    """What happens when a task fails."""

    policy: Literal["NEVER", "ON_FAILURE"] = Field(
        description="ON_FAILURE starts a failed task again at once, in the same run.", examples=["ON_FAILURE"]
    )
    activeDeadlineSeconds: int | None = Field(
        default=None,
        ge=0,
        description="For how long after the run's start tasks are started again; without it, without end. "
        "A running task is never ended by it.",
        examples=[120],
    )


def _whole_seconds(seconds: float | None) -> int | None:
    """Metronome truncates to whole seconds; none is what the dcos client sends for an absent field."""
    return math.trunc(seconds) or None if seconds is not None else None


class RunDocument(Process):
    """What a run executes."""

    cpus: Annotated[Number, Field(ge=0.01)] = Field(
        description="vCPUs; rounded up to the smallest Fargate size that fits, from 0.25 to 16.", examples=[0.5]
    )
    mem: Annotated[Number, Field(ge=32)] = Field(
        description="MiB of memory; rounded up to the smallest Fargate size that fits, at most 122880.", examples=[512]
    )
    disk: Annotated[Number, Field(ge=0)] = Field(
        description="MiB of disk; a task has 20 GiB free of charge, and at most 200.", examples=[0]
    )
    gpus: int = Field(default=0, ge=0, description="Must be 0: Fargate has no GPUs.", examples=[0])
    env: Env = {}
    secrets: dict[Text, Secret] = Field(
        default={},
        description="The secrets that env, volumes, sidecars and pullConfig name; each must be named somewhere.",
        examples=[{"db-password": {"source": "/shiftwork/dev/db-password"}}],
    )
    placement: Placement = Field(
        default=Placement(),
        description="Where tasks run.",
        examples=[{"constraints": []}],
        json_schema_extra={"default": {"constraints": []}},
    )
    artifacts: list[Artifact] = Field(
        default=[],
        description="What to fetch into $MESOS_SANDBOX (/mnt/mesos/sandbox) before the start.",
        examples=[[{"uri": "https://example.com/tools.tar.gz"}]],
    )
    maxLaunchDelay: int = Field(default=3600, ge=1, description="Without effect, as in Metronome.", examples=[3600])
    docker: Docker | None = Field(
        default=None,
        description="The container image; without docker and ucr, the deployment's.",
        examples=[{"image": "busybox"}],
    )
    ucr: Ucr | None = Field(
        default=None,
        description="The container image in the words of Mesos. Not with docker.",
        examples=[{"image": {"id": "i"}}],
    )
    volumes: list[Volume] = Field(
        default=[],
        description="EFS file systems, and secrets as files.",
        examples=[
            [{"containerPath": "/mnt/data", "mode": "RW", "efs": {"fileSystemId": "fs-0123456789abcdef0"}}],
        ],
    )
    restart: Restart = Field(
        default=Restart(policy="NEVER"),
        description="Whether a failed task is started again; `retry` goes before its policy.",
        examples=[{"policy": "NEVER"}],
        json_schema_extra={"default": {"policy": "NEVER"}},
    )
    retry: Annotated[Retry | None, Retries()] = Field(
        default=None,
        description="How often and when a failed task is started again. A plain number is AWS Copilot's `retries`: so "
        "many after the first attempt, after 10 seconds, and each wait is 1.5 times the last.",
        examples=[{"attempts": 5, "waitSeconds": 10, "factor": 2, "maxWaitSeconds": 360, "jitter": True, "rules": []}],
    )
    attemptTimeoutSeconds: TimeLimit = Field(
        default=None,
        description="After so long a task is stopped, and its attempt has failed; also as a duration such as 90s.",
        examples=[900],
    )
    timeoutSeconds: TimeLimit = Field(
        default=None,
        description="After so long the run is stopped, with all its attempts and waits; also as a duration such as "
        "1h30m.",
        examples=[3600],
    )
    taskCount: Annotated[_Tasks, Field(ge=1)] | None = Field(
        default=None,
        description="In how many tasks a run is done; each has its own SHIFTWORK_TASK_INDEX, from 0, and its own "
        "retries. Without it, 1.",
        examples=[10],
    )
    parallelism: Annotated[_Tasks, Field(ge=1)] | None = Field(
        default=None,
        description="How many of them run at the same time; without it, all.",
        examples=[5],
    )
    toleratedFailures: Annotated[_Tasks, Field(ge=0)] | None = Field(
        default=None, description="How many of them may fail and the run still succeeds; without it, 0.", examples=[1]
    )
    taskKillGracePeriodSeconds: Annotated[Number | None, Field(ge=0), AbsentIf(0), AfterValidator(_whole_seconds)] = (
        Field(
            default=None, description="Seconds between SIGTERM and SIGKILL, at most 120; without it, 30.", examples=[30]
        )
    )
    networks: list[Network] = Field(
        default=[],
        description="Kept, without effect: a task has an interface of its own.",
        examples=[[{"mode": "host"}]],
    )
    architecture: Literal["x86_64", "arm64"] | None = Field(
        default=None, description="The processor that the images are for; without it, x86_64.", examples=["arm64"]
    )
    capacity: Literal["FARGATE", "FARGATE_SPOT", "FARGATE_SPOT_WITH_FALLBACK"] | None = Field(
        default=None,
        description="FARGATE_SPOT is cheaper, and may be interrupted or not to be had; WITH_FALLBACK takes FARGATE "
        "then. Without it, FARGATE.",
        examples=["FARGATE_SPOT_WITH_FALLBACK"],
    )
    taskRole: Text | None = Field(
        default=None,
        description="The ARN of the IAM role that the containers have, under the path /shiftwork/<stage>/.",
        examples=["arn:aws:iam::123456789012:role/shiftwork/dev/report"],
    )
    files: list[File] | None = Field(
        default=None,
        description="Files of the container whose content stands here.",
        examples=[[{"path": "/app/config/report.toml", "content": 'format = "pdf"\n'}]],
    )
    sidecars: list[Sidecar] | None = Field(
        default=None,
        description="Further containers of the task.",
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
            words = f"The following secrets are referenced, but undefined: {missing}."
            yield Broken((), f"{words} Please add them to the secrets field.")
        if unused := ", ".join(sorted(self.secrets.keys() - used)):
            words = f"The following secrets are defined, but not referenced: {unused}."
            yield Broken((), f"{words} Please remove them from the secrets field.")

    def _named_secrets(self) -> Iterator[str]:
        for env in (self.env, *(sidecar.env for sidecar in self.sidecars or [])):
            yield from (value.secret for value in env.values() if isinstance(value, SecretRef))
        yield from (volume.secret for volume in self.volumes if isinstance(volume, SecretVolume))
        if self.docker and self.docker.pullConfig:
            yield self.docker.pullConfig.secret
