"""What a document says of trying a failed task again."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from functions.api.documents.fields import Document, Number, Text

MAX_ATTEMPTS = 100
MAX_WAIT = 86_400  # a day
ExitCode = Annotated[int, Field(ge=0, le=255)]


class RetryRule(Document):
    """What a failed attempt means, if all that the rule names is so."""

    action: Literal["RETRY", "FAIL", "IGNORE"] = Field(
        description="RETRY: try again; FAIL: do not; IGNORE: try again, and do not count the attempt.",
        examples=["FAIL"],
    )
    exitCodes: Annotated[list[ExitCode], Field(min_length=1)] | None = Field(
        default=None, description="The main container's exit code is one of these.", examples=[[2, 64]]
    )
    reasons: (
        Annotated[
            list[Literal["EXIT_CODE", "TIMEOUT", "START_FAILED", "SPOT_INTERRUPTED", "ABORTED"]], Field(min_length=1)
        ]
        | None
    ) = Field(default=None, description="Why the attempt failed: one of these.", examples=[["SPOT_INTERRUPTED"]])
    message: Annotated[Text, Field(max_length=256)] | None = Field(
        default=None, description="A text that ECS's message of the task contains.", examples=["CannotPullContainer"]
    )


class Retry(Document):
    """How often and when a failed task is started again."""

    attempts: int | None = Field(
        default=None,
        ge=1,
        le=MAX_ATTEMPTS,
        description="Attempts in all, the first one included; without it, without end, until a time limit or "
        "restart.activeDeadlineSeconds.",
        examples=[5],
    )
    waitSeconds: int = Field(
        default=10, ge=0, le=MAX_WAIT, description="The wait after the first failure.", examples=[10]
    )
    factor: Annotated[Number, Field(ge=1, le=10)] = Field(
        default=2, description="Each further wait is so many times the one before it.", examples=[1.5]
    )
    maxWaitSeconds: int = Field(
        default=360,
        ge=0,
        le=MAX_WAIT,
        description="No wait is longer. Without it, 360, or waitSeconds if that is more.",
        examples=[360],
    )
    jitter: bool = Field(default=False, description="Wait a random part of that time.", examples=[True])
    rules: list[RetryRule] = Field(
        default=[],
        max_length=20,
        description="The first rule that fits decides; if none fits, the attempt counts and is tried again.",
        examples=[[{"action": "FAIL", "exitCodes": [2]}, {"action": "IGNORE", "reasons": ["SPOT_INTERRUPTED"]}]],
    )

    @model_validator(mode="after")
    def _defaults_that_fit(self) -> "Retry":
        """A default follows what was given: only two given numbers can contradict each other."""
        if self.waitSeconds > self.maxWaitSeconds:
            if "maxWaitSeconds" not in self.model_fields_set:
                self.maxWaitSeconds = self.waitSeconds
            elif "waitSeconds" not in self.model_fields_set:
                self.waitSeconds = self.maxWaitSeconds
        return self


@dataclass(frozen=True, slots=True)
class Retries:
    """A plain number is Copilot's: so many after the first attempt, after 10 s, and each wait 1.5 times the last."""

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
            raise ValueError(f"{value} retries: there cannot be fewer than 0.")
        if value >= MAX_ATTEMPTS:
            raise ValueError(f"{value} retries: there can be at most {MAX_ATTEMPTS - 1}.")
        return {"attempts": value + 1, "waitSeconds": 10, "factor": 1.5, "maxWaitSeconds": MAX_WAIT}
