"""The image of a container: `docker`, or `ucr` in the terms of Mesos."""

from typing import Literal

from pydantic import Field

from functions.api.documents.fields import Document, Text


class DockerParameter(Document):
    """An option of `docker run`."""

    key: Text = Field(description="The option's long name, without dashes.", examples=["ulimit"])
    value: str = Field(description="The value, in the form of `docker run`.", examples=["nofile=1024:2048"])


class PullConfig(Document):
    """The credentials for a private registry."""

    secret: Text = Field(
        description="A name in `secrets`: a Secrets Manager secret with the keys `username` and `password`.",
        examples=["registry"],
    )


class Docker(Document):
    """A container image."""

    image: Text = Field(description="The image's name, with tag or digest.", examples=["python:3.13-slim"])
    privileged: bool = Field(
        default=False, description="Must be false: Fargate has no privileged containers.", examples=[False]
    )
    parameters: list[DockerParameter] = Field(
        default=[],
        description="Options of `docker run` that ECS supports on Fargate; docs/jobs.md lists them.",
        examples=[[{"key": "init", "value": "true"}]],
    )
    forcePullImage: bool = Field(
        default=False, description="No effect: Fargate pulls the image at each start.", examples=[True]
    )
    pullConfig: PullConfig | None = Field(
        default=None,
        description="The credentials for a private registry other than ECR.",
        examples=[{"secret": "registry"}],
    )


class UcrImage(Document):
    """The image of a ucr container."""

    id: Text = Field(description="The image's name.", examples=["python:3.13-slim"])
    kind: Literal["docker", "appc"] = Field(
        default="docker", description="The kind of image. Fargate runs only `docker`.", examples=["docker"]
    )
    forcePull: bool = Field(
        default=False, description="No effect: Fargate pulls the image at each start.", examples=[True]
    )


class Ucr(Document):
    """A container for the containerizer of Mesos. Fargate runs its image."""

    image: UcrImage = Field(description="The image.", examples=[{"id": "python:3.13-slim"}])
    privileged: bool = Field(
        default=False, description="Must be false: Fargate has no privileged containers.", examples=[False]
    )
