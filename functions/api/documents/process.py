"""What runs in a container: command, variables, secrets, user; the same for main and its sidecars."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from functions.api.documents.fields import (
    AbsentIf,
    AbsolutePath,
    Broken,
    Document,
    OpenDocument,
    SecretSource,
    Shape,
    Text,
    refuse,
)


class SecretRef(OpenDocument):
    """An environment variable whose value is a secret of the job."""

    secret: Text = Field(description="A name of `secrets`.", examples=["db-password"])


class Secret(OpenDocument):
    """Where a secret of the job is kept."""

    source: SecretSource = Field(
        description="An SSM parameter's name or ARN, or a Secrets Manager secret's ARN, which may end in "
        "`:json-key:version-stage:version-id`.",
        examples=["/shiftwork/dev/db-password"],
    )


def _env_kind(value: Any) -> str | None:
    if isinstance(value, str):
        return "text"
    return "SecretRef" if isinstance(value, dict | SecretRef) else None


EnvName = Annotated[Text, Shape(r"[^=\u0000]+", "is not a variable's name: it may hold neither '=' nor NUL.")]
EnvValue = Annotated[
    Annotated[str, Tag("text")] | Annotated[SecretRef, Tag("SecretRef")],
    Discriminator(
        _env_kind, custom_error_type="env_value", custom_error_message="must be a string, or an object with a secret"
    ),
]
Env = Annotated[
    dict[EnvName, EnvValue],
    Field(
        description="Environment variables: name to text, or to `{secret: name}`.",
        examples=[{"LEVEL": "info", "PASSWORD": {"secret": "db-password"}}],
        json_schema_extra={"additionalProperties": False},
    ),
]


class Dependency(Document):
    """What a container waits for."""

    container: Text = Field(description="A sidecar's name, or `main`.", examples=["proxy"])
    condition: Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"] = Field(
        description="That container has started, has ended, has ended with exit code 0, or passes its health check.",
        examples=["HEALTHY"],
    )


class Process(Document):
    """What runs in a container: of a job and of a sidecar."""

    cmd: Annotated[Text | None, AbsentIf("")] = Field(
        default=None,
        description="A command line for `/bin/sh -c`. Not with args or entrypoint.",
        examples=["echo hello"],
    )
    args: list[str] | None = Field(
        default=None, description="Arguments for the entry point. Not with cmd.", examples=[["--once", "--verbose"]]
    )
    entrypoint: Annotated[list[str], Field(min_length=1)] | None = Field(
        default=None,
        description="Replaces the image's entry point. Not with cmd.",
        examples=[["python", "-m", "report"]],
    )
    user: Annotated[Text | None, AbsentIf("")] = Field(
        default=None, description="User and group, by name or number; without it, the image's.", examples=["1000:1000"]
    )
    workingDirectory: AbsolutePath | None = Field(
        default=None, description="The folder to start in; without it, the image's.", examples=["/app"]
    )
    readonlyRootFilesystem: bool | None = Field(
        default=None, description="Nothing can be written but volumes and /tmp.", examples=[True]
    )
    dependsOn: list[Dependency] | None = Field(
        default=None,
        description="What to wait for before the start.",
        examples=[[{"container": "proxy", "condition": "START"}]],
    )

    def process_rules(self) -> list[Broken]:
        """What excludes each other."""
        found = []
        if self.cmd is not None and self.args:
            found.append(Broken((), "cmd and args exclude each other: put the arguments into cmd, or leave cmd out."))
        if self.cmd is not None and self.entrypoint:
            found.append(Broken((), "cmd and entrypoint exclude each other: /bin/sh runs a cmd. Use args."))
        return found


# ECS takes 255 characters; the name is also a part of the log stream's name, which has 512 with the job's id.
ContainerName = Annotated[
    str, Shape(r"[A-Za-z0-9_-]{1,64}", "is not a container's name: 1 to 64 letters, digits, _ and -.")
]


class HealthCheck(Document):
    """A command that says whether a container is ready. Limits: ECS API Reference, HealthCheck."""

    cmd: Text = Field(
        description="Run by the container's shell; exit code 0 is healthy.", examples=["nc -z localhost 1"]
    )
    intervalSeconds: int = Field(default=30, ge=5, le=300, description="Seconds between two checks.", examples=[10])
    timeoutSeconds: int = Field(default=5, ge=2, le=60, description="Seconds until a check has failed.", examples=[5])
    retries: int = Field(default=3, ge=1, le=10, description="Failures until the container is unhealthy.", examples=[3])
    startPeriodSeconds: int | None = Field(
        default=None, ge=0, le=300, description="Seconds at the start in which failures do not count.", examples=[60]
    )


class Sidecar(Process):
    """A further container of the task."""

    name: ContainerName = Field(description="Unique in the job; neither `main` nor `init`.", examples=["proxy"])
    image: Text = Field(description="The image's name, with tag or digest.", examples=["envoyproxy/envoy:v1.34.0"])
    env: Env = {}
    essential: bool = Field(
        default=False, description="Whether the task ends when this container ends.", examples=[False]
    )
    healthCheck: HealthCheck | None = Field(
        default=None, description="Says when the container is HEALTHY.", examples=[{"cmd": "nc -z localhost 8080"}]
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Sidecar":
        refuse(self.process_rules())
        return self
