"""What runs in a container: command, variables, secrets, user. The same for the main container and sidecars."""

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

    secret: Text = Field(description="A name in `secrets`.", examples=["db-password"])


class Secret(OpenDocument):
    """The place where a secret of the job is kept."""

    source: SecretSource = Field(
        description="The name or ARN of an SSM parameter, or the ARN of a Secrets Manager secret. That ARN may end in "
        "`:json-key:version-stage:version-id`.",
        examples=["/shiftwork/dev/db-password"],
    )


def _env_kind(value: Any) -> str | None:
    if isinstance(value, str):
        return "text"
    return "SecretRef" if isinstance(value, dict | SecretRef) else None


EnvName = Annotated[Text, Shape(r"[^=\u0000]+", "is not a variable's name. Use neither '=' nor NUL in it.")]
EnvValue = Annotated[
    Annotated[str, Tag("text")] | Annotated[SecretRef, Tag("SecretRef")],
    Discriminator(
        _env_kind, custom_error_type="env_value", custom_error_message="must be a string, or an object with a secret"
    ),
]
Env = Annotated[
    dict[EnvName, EnvValue],
    Field(
        description="Environment variables by name. A value is a text or `{secret: name}`.",
        examples=[{"LEVEL": "info", "PASSWORD": {"secret": "db-password"}}],
        json_schema_extra={"additionalProperties": False},
    ),
]


class Dependency(Document):
    """Another container that this container waits for."""

    container: Text = Field(description="A sidecar's name, or `main`.", examples=["proxy"])
    condition: Literal["START", "COMPLETE", "SUCCESS", "HEALTHY"] = Field(
        description="What it waits for: the other container has started (START), has ended (COMPLETE), has ended with "
        "exit code 0 (SUCCESS) or passes its health check (HEALTHY).",
        examples=["HEALTHY"],
    )


class Process(Document):
    """What runs in a main container or a sidecar."""

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
        default=None, description="User and group, by name or number. Default: the image's.", examples=["1000:1000"]
    )
    workingDirectory: AbsolutePath | None = Field(
        default=None, description="The working directory. Default: the image's.", examples=["/app"]
    )
    readonlyRootFilesystem: bool | None = Field(
        default=None, description="Whether the container can write only to volumes and /tmp.", examples=[True]
    )
    dependsOn: list[Dependency] | None = Field(
        default=None,
        description="The containers to wait for before the start.",
        examples=[[{"container": "proxy", "condition": "START"}]],
    )

    def process_rules(self) -> list[Broken]:
        """Return the broken rules about cmd, args and entrypoint."""
        found = []
        if self.cmd is not None and self.args:
            found.append(Broken((), "cmd and args exclude each other. Put the arguments into cmd, or leave cmd out."))
        if self.cmd is not None and self.entrypoint:
            found.append(
                Broken(
                    (), "cmd and entrypoint exclude each other, because /bin/sh runs a cmd. Use args instead of cmd."
                )
            )
        return found


# ECS accepts 255 characters. The name is also a part of the log stream's name: 512 with the job's id.
ContainerName = Annotated[
    str, Shape(r"[A-Za-z0-9_-]{1,64}", "is not a container's name. Use 1 to 64 letters, digits, _ and -.")
]


class HealthCheck(Document):
    """A command that checks whether a container is ready. Limits: ECS API Reference, HealthCheck."""

    cmd: Text = Field(
        description="The command for the container's shell. Exit code 0 means healthy.", examples=["nc -z localhost 1"]
    )
    intervalSeconds: int = Field(default=30, ge=5, le=300, description="The seconds between two checks.", examples=[10])
    timeoutSeconds: int = Field(
        default=5, ge=2, le=60, description="The seconds after which a check has failed.", examples=[5]
    )
    retries: int = Field(
        default=3,
        ge=1,
        le=10,
        description="The number of failures after which the container is unhealthy.",
        examples=[3],
    )
    startPeriodSeconds: int | None = Field(
        default=None,
        ge=0,
        le=300,
        description="The seconds after the start in which failures do not count.",
        examples=[60],
    )


class Sidecar(Process):
    """An additional container of the task."""

    name: ContainerName = Field(
        description="The container's name, unique in the job. `main` and `init` are taken.", examples=["proxy"]
    )
    image: Text = Field(description="The image's name, with tag or digest.", examples=["envoyproxy/envoy:v1.34.0"])
    env: Env = {}
    essential: bool = Field(
        default=False, description="Whether the task ends when this container ends.", examples=[False]
    )
    healthCheck: HealthCheck | None = Field(
        default=None,
        description="The check that decides when the container is HEALTHY.",
        examples=[{"cmd": "nc -z localhost 8080"}],
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Sidecar":
        refuse(self.process_rules())
        return self
