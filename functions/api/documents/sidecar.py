"""What a document says of sidecars."""

from typing import Annotated

from pydantic import Field, model_validator

from functions.api.documents.env import Env
from functions.api.documents.fields import Document, Shape, Text, refuse
from functions.api.documents.process import Process

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
