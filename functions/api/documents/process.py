"""What a document says of the process in a container, and of what it waits for."""

from typing import Annotated, Literal

from pydantic import Field

from functions.api.documents.fields import AbsentIf, AbsolutePath, Broken, Document, Text


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
