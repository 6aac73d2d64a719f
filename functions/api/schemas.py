"""The documents that callers send: shape, defaults and the rules that concern the document alone.

Field names, defaults and limits are Metronome's; what Shiftwork does not carry out is refused, never ignored.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from functions.jobs.job import is_job_id

_SCHEDULE_ID = re.compile(r"[a-z0-9][a-z0-9-]*[a-z0-9]")
# An SSM parameter by name or ARN, or a Secrets Manager secret by ARN (with its JSON key, stage and version).
# ECS API Reference, Secret: valueFrom.
_SECRET_SOURCE = re.compile(r"arn:[\w-]+:(ssm|secretsmanager):[\w-]*:\d*:.+|/?[\w.-]+(/[\w.-]+)*")


def _whole(number: float) -> float:
    """32.0 is echoed as 32: clients of Metronome read whole numbers."""
    return int(number) if number == int(number) else number


def _job_id(text: str) -> str:
    if not is_job_id(text):
        raise ValueError(f"'{text}' is not a job id: a-z, 0-9 and inner dashes, in segments joined by dots.")
    return text


def _schedule_id(text: str) -> str:
    if not _SCHEDULE_ID.fullmatch(text):
        raise ValueError(f"'{text}' is not a schedule id: at least two of a-z, 0-9 and inner dashes.")
    return text


def _time_zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError(f"'{text}' is not a time zone: give one like 'Europe/Rome' or 'UTC'.")
    return text


def _secret_source(text: str) -> str:
    if not _SECRET_SOURCE.fullmatch(text):
        raise ValueError("must be an SSM parameter's name or ARN, or a Secrets Manager secret's ARN.")
    return text


def _not_yet(what: str) -> BeforeValidator:
    def refuse(value: Any) -> Any:
        if value:
            raise ValueError(f"{what} is not supported: leave it out.")
        return value

    return BeforeValidator(refuse)


def _absent_if_empty(value: Any) -> Any:
    """The dcos client sends an empty string or 0 for what its file leaves out."""
    return value or None


Number = Annotated[float, AfterValidator(_whole)]
Text = Annotated[str, Field(min_length=1)]


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
    source: Annotated[Text, AfterValidator(_secret_source)]


class Docker(Document):
    """The container image. Fargate pulls an image at each start, so `forcePullImage` is always honoured."""

    image: Text
    privileged: Annotated[bool, _not_yet("A privileged container (Fargate has none)")] = False
    parameters: Annotated[list[Any], _not_yet("A docker parameter")] = []
    forcePullImage: bool = False


class Placement(Document):
    """Fargate has no machines to choose from."""

    constraints: Annotated[list[Any], _not_yet("A placement constraint (Fargate has none)")] = []


class Restart(Document):
    """What happens when a task fails."""

    policy: Literal["NEVER"]


class RunDocument(Document):
    """What a run executes."""

    cpus: Annotated[Number, Field(ge=0.01)]
    mem: Annotated[Number, Field(ge=32)]
    disk: Annotated[Number, Field(ge=0)]
    gpus: Annotated[int, _not_yet("A GPU (Fargate has none)")] = 0
    cmd: Annotated[Text | None, BeforeValidator(_absent_if_empty)] = None
    args: list[str] | None = None
    user: Text | None = None
    env: dict[Text, str | SecretRef] = {}
    secrets: dict[Text, Secret] = {}
    placement: Placement = Placement()
    artifacts: Annotated[list[Any], _not_yet("An artifact")] = []
    maxLaunchDelay: Annotated[int, Field(ge=1)] = 3600
    docker: Docker | None = None
    volumes: Annotated[list[Any], _not_yet("A volume")] = []
    restart: Restart = Restart(policy="NEVER")
    taskKillGracePeriodSeconds: Annotated[int | None, Field(ge=1), BeforeValidator(_absent_if_empty)] = None
    networks: Annotated[list[Any], _not_yet("A network")] = []

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
    id: Annotated[str, AfterValidator(_schedule_id)]
    cron: Text
    timezone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    startingDeadlineSeconds: Annotated[int, Field(ge=60)] = 900
    concurrencyPolicy: Literal["ALLOW", "FORBID"] = "ALLOW"
    enabled: bool = True


class JobDocument(Document):
    """A job."""

    id: Annotated[str, AfterValidator(_job_id)]
    description: str | None = None
    labels: dict[str, str] = {}
    dependencies: Annotated[list[Any], _not_yet("A dependency")] = []
    schedules: Annotated[list[Any], _not_yet("A schedule in the job's document")] = []
    run: RunDocument


class TriggerDocument(Document):
    """What a call may say of the run that it asks for: nothing so far."""
