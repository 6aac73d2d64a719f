"""What a document says of a job's image: in docker's words or in those of Mesos."""

from typing import Literal

from pydantic import Field

from functions.api.documents.fields import Document, Text


class DockerParameter(Document):
    """An option of `docker run`."""

    key: Text = Field(description="The long name, without its dashes.", examples=["ulimit"])
    value: str = Field(description="The value as `docker run` takes it.", examples=["nofile=1024:2048"])


class PullConfig(Document):
    """How a private registry is read."""

    secret: Text = Field(
        description="A name of `secrets`: a Secrets Manager secret with the keys `username` and `password`.",
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
        description="Options of `docker run` that ECS knows on Fargate; docs/jobs.md lists them.",
        examples=[[{"key": "init", "value": "true"}]],
    )
    forcePullImage: bool = Field(
        default=False, description="Without effect: Fargate pulls the image at each start.", examples=[True]
    )
    pullConfig: PullConfig | None = Field(
        default=None, description="How to read a private registry other than ECR.", examples=[{"secret": "registry"}]
    )


class UcrImage(Document):
    """The image of Mesos' own containerizer."""

    id: Text = Field(description="The image's name.", examples=["python:3.13-slim"])
    kind: Literal["docker", "appc"] = Field(
        default="docker", description="Fargate runs `docker` only.", examples=["docker"]
    )
    forcePull: bool = Field(
        default=False, description="Without effect: Fargate pulls the image at each start.", examples=[True]
    )


class Ucr(Document):
    """A container of Mesos' own containerizer: Fargate runs its image."""

    image: UcrImage = Field(description="The image.", examples=[{"id": "python:3.13-slim"}])
    privileged: bool = Field(
        default=False, description="Must be false: Fargate has no privileged containers.", examples=[False]
    )
