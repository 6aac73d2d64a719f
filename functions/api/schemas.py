"""The documents that callers send: shape, defaults and the rules that concern the document alone.

Field names, defaults and limits are Metronome's; what Shiftwork does not carry out is refused, never ignored.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from functions.api.fields import AbsentIfEmpty, JobId, Number, ScheduleId, SecretSource, Text, TimeZone, not_yet


class Document(BaseModel):
    """A document that knows all of its fields: another one is a mistake that must be said."""

    model_config = ConfigDict(extra="forbid", strict=True)


class SecretRef(BaseModel):
    """An environment variable whose value is a secret of the job."""

    model_config = ConfigDict(strict=True)
    secret: Text


class Secret(BaseModel):
    """Where a secret of the job is kept."""

    model_config = ConfigDict(strict=True)
    source: SecretSource


class Docker(Document):
    """The container image. Fargate pulls an image at each start, so `forcePullImage` is always honoured."""

    image: Text
    privileged: Annotated[bool, not_yet("A privileged container (Fargate has none)")] = False
    parameters: Annotated[list[Any], not_yet("A docker parameter")] = []
    forcePullImage: bool = False


class Placement(Document):
    """Fargate has no machines to choose from."""

    constraints: Annotated[list[Any], not_yet("A placement constraint (Fargate has none)")] = []


class Restart(Document):
    """What happens when a task fails."""

    policy: Literal["NEVER"]


class RunDocument(Document):
    """What a run executes."""

    cpus: Annotated[Number, Field(ge=0.01)]
    mem: Annotated[Number, Field(ge=32)]
    disk: Annotated[Number, Field(ge=0)]
    gpus: Annotated[int, not_yet("A GPU (Fargate has none)")] = 0
    cmd: Annotated[Text | None, AbsentIfEmpty] = None
    args: list[str] | None = None
    user: Text | None = None
    env: dict[Text, str | SecretRef] = {}
    secrets: dict[Text, Secret] = {}
    placement: Placement = Placement()
    artifacts: Annotated[list[Any], not_yet("An artifact")] = []
    maxLaunchDelay: Annotated[int, Field(ge=1)] = 3600
    docker: Docker | None = None
    volumes: Annotated[list[Any], not_yet("A volume")] = []
    restart: Restart = Restart(policy="NEVER")
    taskKillGracePeriodSeconds: Annotated[int | None, Field(ge=1), AbsentIfEmpty] = None
    networks: Annotated[list[Any], not_yet("A network")] = []

    @model_validator(mode="after")
    def _consistent(self) -> "RunDocument":
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        if self.cmd is None and self.docker is None:
            yield "Cmd, Docker or UCR image must be specified"
        if self.cmd is not None and self.args:
            yield "cmd and args exclude each other: put the arguments into cmd, or leave cmd out."
        used = {value.secret for value in self.env.values() if isinstance(value, SecretRef)}
        if missing := used - self.secrets.keys():
            names = ", ".join(sorted(missing))
            yield f"The following secrets are referenced, but undefined: {names}. Please add them to the secrets field."
        if unused := self.secrets.keys() - used:
            names = ", ".join(sorted(unused))
            yield (
                f"The following secrets are defined, but not referenced: {names}. "
                "Please remove them from the secrets field."
            )


class ScheduleDocument(BaseModel):
    """When a job runs by itself."""

    model_config = ConfigDict(strict=True, extra="ignore")
    id: ScheduleId
    cron: Text
    timezone: TimeZone = "UTC"
    startingDeadlineSeconds: Annotated[int, Field(ge=60)] = 900
    concurrencyPolicy: Literal["ALLOW", "FORBID"] = "ALLOW"
    enabled: bool = True


class JobDocument(Document):
    """A job."""

    id: JobId
    description: str | None = None
    labels: dict[str, str] = {}
    dependencies: Annotated[list[Any], not_yet("A dependency")] = []
    schedules: Annotated[list[Any], not_yet("A schedule in the job's document")] = []
    run: RunDocument


class TriggerDocument(Document):
    """What a call may say of the run that it asks for: nothing so far."""
