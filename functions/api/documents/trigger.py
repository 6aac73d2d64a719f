"""The documents that start a run: a trigger, and a retry of devices."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator
from pydantic.config import JsonDict

from functions.api.documents.fields import MAX_SECONDS, Document, Number, Text
from functions.api.documents.process import EnvName
from functions.jobs.inputs.inputs import Inputs, payload_text
from functions.jobs.model.device import DeviceStatus

_NEEDS = "The job's overrides must list it."
_EXAMPLE: JsonDict = {
    "parameters": {"LEVEL": "debug"},
    "cpus": 1,
    "mem": 2048,
    "payload": {"day": "2026-01-02"},
    "labels": {"ticket": "OPS-7"},
}

Seconds = Annotated[int, Field(ge=1, le=MAX_SECONDS)]


class TriggerDocument(Document):
    """The inputs of a run. A field that is left out has the job's value."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    parameters: Annotated[
        dict[EnvName, str],
        Field(
            description="Values of the job's parameters.",
            examples=[{"LEVEL": "debug"}],
            json_schema_extra={"additionalProperties": False},
        ),
    ] = {}
    env: Annotated[
        dict[EnvName, str],
        Field(
            description=f"Additional environment variables. {_NEEDS}",
            examples=[{"TRACE": "1"}],
            json_schema_extra={"additionalProperties": False},
        ),
    ] = {}
    cmd: Annotated[
        Text | None, Field(description=f"Another command line for `/bin/sh -c`. {_NEEDS}", examples=["echo once"])
    ] = None
    args: Annotated[
        Annotated[list[str], Field(min_length=1)] | None,
        Field(description=f"Other arguments for the entry point. {_NEEDS}", examples=[["--day", "2026-01-02"]]),
    ] = None
    cpus: Annotated[
        Annotated[Number, Field(ge=0.01)] | None,
        Field(description=f"The vCPUs, rounded up to the smallest Fargate size that fits. {_NEEDS}", examples=[1]),
    ] = None
    mem: Annotated[
        Annotated[Number, Field(ge=32)] | None,
        Field(description=f"The memory in MiB, rounded up likewise. {_NEEDS}", examples=[2048]),
    ] = None
    timeoutSeconds: Annotated[
        Seconds | None,
        Field(
            description="The time limit of the run, in seconds. The job's overrides must list timeout.", examples=[3600]
        ),
    ] = None
    attemptTimeoutSeconds: Annotated[
        Seconds | None,
        Field(
            description="The time limit of an attempt, in seconds. The job's overrides must list timeout.",
            examples=[600],
        ),
    ] = None
    imageTag: Annotated[
        Text | None, Field(description=f"Another tag of the job's image. {_NEEDS}", examples=["v1.2.3"])
    ] = None
    payload: Annotated[
        Any,
        Field(
            description="Any JSON, at most 262,144 bytes without blanks. The container finds it in the file that "
            "SHIFTWORK_PAYLOAD_FILE names. The job must allow a payload.",
            examples=[{"day": "2026-01-02"}],
        ),
    ] = None
    labels: Annotated[
        dict[Text, str], Field(description="Labels to find the run by.", examples=[{"ticket": "OPS-7"}])
    ] = {}

    def inputs(self) -> Inputs:
        """Return the inputs as the domain has them. Raises InvalidError for a payload that is too large."""
        return Inputs(
            parameters=self.parameters,
            env=self.env,
            cmd=self.cmd,
            args=None if self.args is None else tuple(self.args),
            cpus=self.cpus,
            mem=self.mem,
            timeout=self.timeoutSeconds,
            attempt_timeout=self.attemptTimeoutSeconds,
            image_tag=self.imageTag,
            payload=payload_text(self.payload) if "payload" in self.model_fields_set else None,
            labels=self.labels,
        )


Ended = Literal["FAILED", "TIMED_OUT", "REJECTED", "CANCELED", "LEFT_OUT"]


class RetryDevicesDocument(Document):
    """The devices to retry: those that ended in one of these statuses."""

    statuses: Annotated[
        list[Ended],
        Field(
            min_length=1,
            description="The statuses in which devices ended in that run.",
            examples=[["FAILED", "TIMED_OUT"]],
        ),
    ] = ["FAILED", "TIMED_OUT"]

    @field_validator("statuses")
    @classmethod
    def _once_each(cls, statuses: list[Ended]) -> list[Ended]:
        return list(dict.fromkeys(statuses))

    def chosen(self) -> tuple[DeviceStatus, ...]:
        """Return the statuses as the domain has them."""
        return tuple(map(DeviceStatus, self.statuses))
