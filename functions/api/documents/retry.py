"""The retries of a failed task."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from functions.api.documents.fields import Document, Number, Text
from functions.jobs.model.launch_plan import RetryReason

MAX_ATTEMPTS = 100
MAX_WAIT = 86_400  # a day
ExitCode = Annotated[int, Field(ge=0, le=255)]


class RetryRule(Document):
    """What follows a failed attempt that matches all conditions of the rule."""

    action: Literal["RETRY", "FAIL", "IGNORE"] = Field(
        description="RETRY: start the next attempt. FAIL: the task has failed. IGNORE: start the next attempt and do "
        "not count this one.",
        examples=["FAIL"],
    )
    exitCodes: Annotated[list[ExitCode], Field(min_length=1)] | None = Field(
        default=None, description="Condition: the main container's exit code is one of these.", examples=[[2, 64]]
    )
    reasons: Annotated[list[RetryReason], Field(min_length=1)] | None = Field(
        default=None,
        description="Condition: the reason of the failure is one of these.",
        examples=[["SPOT_INTERRUPTED"]],
    )
    message: Annotated[Text, Field(max_length=256)] | None = Field(
        default=None,
        description="Condition: ECS's message about the task contains this text.",
        examples=["CannotPullContainer"],
    )


class Retry(Document):
    """How often and after which wait a failed task is retried."""

    attempts: int | None = Field(
        default=None,
        ge=1,
        le=MAX_ATTEMPTS,
        description="The maximum number of attempts, with the first one. Default: no maximum; a time limit or "
        "restart.activeDeadlineSeconds ends the retries.",
        examples=[5],
    )
    waitSeconds: int = Field(
        default=10, ge=0, le=MAX_WAIT, description="The wait after the first failure, in seconds.", examples=[10]
    )
    factor: Annotated[Number, Field(ge=1, le=10)] = Field(
        default=2, description="The factor by which each wait is longer than the one before.", examples=[1.5]
    )
    maxWaitSeconds: int = Field(
        default=360,
        ge=0,
        le=MAX_WAIT,
        description="The longest wait, in seconds. Default: 360, or waitSeconds if that is more.",
        examples=[360],
    )
    jitter: bool = Field(default=False, description="Whether each wait is a random part of its time.", examples=[True])
    rules: list[RetryRule] = Field(
        default=[],
        max_length=20,
        description="Rules for failed attempts. The first rule that matches decides. If none matches, the attempt "
        "counts and the task is retried.",
        examples=[[{"action": "FAIL", "exitCodes": [2]}, {"action": "IGNORE", "reasons": ["SPOT_INTERRUPTED"]}]],
    )

    @model_validator(mode="after")
    def _defaults_that_fit(self) -> "Retry":
        """Fit the default of one wait to the other, so that only two given waits can contradict each other."""
        if self.waitSeconds > self.maxWaitSeconds:
            if "maxWaitSeconds" not in self.model_fields_set:
                self.maxWaitSeconds = self.waitSeconds
            elif "waitSeconds" not in self.model_fields_set:
                self.waitSeconds = self.maxWaitSeconds
        return self


@dataclass(frozen=True, slots=True)
class Retries:
    """A plain number of retries, as in Copilot: the first after 10 s, each wait 1.5 times the one before."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._read, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        number = {"type": "integer", "minimum": 0, "maximum": MAX_ATTEMPTS - 1}
        return schema | {"anyOf": [*schema["anyOf"], number]}

    def _read(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return value
        if value < 0:
            raise ValueError(f"is {value}. Use 0 or more retries.")
        if value >= MAX_ATTEMPTS:
            raise ValueError(f"is {value}. Use at most {MAX_ATTEMPTS - 1} retries.")
        return {"attempts": value + 1, "waitSeconds": 10, "factor": 1.5, "maxWaitSeconds": MAX_WAIT}
