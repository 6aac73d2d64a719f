"""The kinds of values that documents hold, and what is said of a wrong one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from functions.jobs.expressions.rate import SECONDS, read_whole
from functions.jobs.model.job import MAX_ID, is_job_id


class Document(BaseModel):
    """A document that knows all of its fields: another one is a mistake that must be said."""

    model_config = ConfigDict(extra="forbid", strict=True)


class OpenDocument(BaseModel):
    """A document in which Metronome lets further fields pass: they are not kept."""

    model_config = ConfigDict(extra="ignore", strict=True)


@dataclass(frozen=True, slots=True)
class Shape:
    """A text of this pattern. The schema shows the pattern; `words` say to people what the text must be."""

    pattern: str
    words: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(core) | {"pattern": f"^({self.pattern})$"}

    def _check(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            shown = text if len(text) <= 100 else f"{text[:100]}..."
            raise ValueError(f"'{shown}' {self.words}")
        return text


@dataclass(frozen=True, slots=True)
class AbsentIf:
    """This value counts as absent: the dcos client sends "" or 0 for what its file leaves out."""

    empty: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._drop, handler(source))

    def _drop(self, value: Any) -> Any:
        return None if type(value) is type(self.empty) and value == self.empty else value


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule between fields that a document breaks: the steps to the field from the document that knows the rule."""

    steps: tuple[str | int, ...]
    message: str


def refuse(found: Iterable[Broken]) -> None:
    """Raise what is wrong, each at its own path; nothing found is fine."""
    # "missing": the path ends at a field that may not be there, which functions/api/reading.py knows by this type.
    errors = [
        InitErrorDetails(
            type=PydanticCustomError("missing" if one.steps else "rule", "{words}", {"words": one.message}),
            loc=one.steps,
            input=None,
        )
        for one in found
    ]
    if errors:
        raise ValidationError.from_exception_data("document", errors)


def _whole(number: float) -> float:
    """32.0 is echoed as 32: clients of Metronome read whole numbers."""
    return int(number) if number == int(number) else number


def _job_id(text: str) -> str:
    if not is_job_id(text):
        raise ValueError(
            f"'{text}' is not a job id: a-z, 0-9 and inner dashes, in segments joined by dots, at most {MAX_ID} in all."
        )
    return text


Number = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_whole)]
Text = Annotated[str, Field(min_length=1)]
JobId = Annotated[
    str,
    AfterValidator(_job_id),
    Field(
        json_schema_extra={
            "minLength": 1,
            "maxLength": MAX_ID,
            "pattern": r"^([a-z0-9]+(-+[a-z0-9]+)*)(\.([a-z0-9]+(-+[a-z0-9]+)*))*$",
        }
    ),
]
AbsolutePath = Annotated[str, Shape(r"/[^\u0000]*", "is not an absolute path: it must begin with /, and hold no NUL.")]
# ECS API Reference, Secret: valueFrom (of Secrets Manager with its JSON key, stage and version).
SecretSource = Annotated[
    Text,
    Shape(
        r"arn:[A-Za-z0-9_-]+:(ssm|secretsmanager):[A-Za-z0-9_-]*:[0-9]*:.+|/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
        "must be an SSM parameter's name or ARN, or a Secrets Manager secret's ARN.",
    ),
]


MAX_SECONDS = 31_536_000  # a year: for so long may an execution run (Step Functions Developer Guide, "Quotas")


@dataclass(frozen=True, slots=True)
class Duration:
    """Seconds may also be a duration such as 1h30m; "" counts as absent, as in Copilot's manifests."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._read, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        return schema | {"anyOf": [*schema["anyOf"], {"type": "string"}]}

    def _read(self, value: Any) -> Any:
        if value == "":
            return None
        return read_whole(value, SECONDS) if isinstance(value, str) else value


TimeLimit = Annotated[Annotated[int, Field(ge=1, le=MAX_SECONDS)] | None, Duration()]
