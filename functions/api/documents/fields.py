"""The kinds of values in documents, and the messages about wrong ones."""

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

from functions.api.http import number_json
from functions.jobs.expressions.timers import SECONDS, read_whole
from functions.jobs.model.job import MAX_ID, is_job_id


class Document(BaseModel):
    """A document in which an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


class OpenDocument(BaseModel):
    """A document in which an unknown field is ignored and not kept, as in Metronome."""

    model_config = ConfigDict(extra="ignore", strict=True)


@dataclass(frozen=True, slots=True)
class Shape:
    """A text that must match a pattern. The schema shows the pattern; `message` says what a text has wrong."""

    pattern: str
    message: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(core) | {"pattern": f"^({self.pattern})$"}

    def _check(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            shown = text if len(text) <= 100 else f"{text[:100]}..."
            raise ValueError(f"'{shown}' {self.message}")
        return text


@dataclass(frozen=True, slots=True)
class AbsentIf:
    """A value that counts as absent: the dcos client sends "" or 0 for fields that its file leaves out."""

    empty: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._drop, handler(source))

    def _drop(self, value: Any) -> Any:
        return None if type(value) is type(self.empty) and value == self.empty else value


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken rule between fields. `steps` lead to the field from the document that has the rule."""

    steps: tuple[str | int, ...]
    message: str


def refuse(broken: Iterable[Broken]) -> None:
    """Raise ValidationError with each broken rule at its own path, if there is one."""
    # The type "missing" tells functions/api/http.py that the path may end at an absent field.
    errors = [
        InitErrorDetails(
            type=PydanticCustomError("missing" if rule.steps else "rule", "{message}", {"message": rule.message}),
            loc=rule.steps,
            input=None,
        )
        for rule in broken
    ]
    if errors:
        raise ValidationError.from_exception_data("document", errors)


def _job_id(text: str) -> str:
    if not is_job_id(text):
        raise ValueError(
            f"'{text}' is not a job id. Use a-z, 0-9 and inner dashes, in segments joined by dots, at most {MAX_ID} "
            "characters."
        )
    return text


Number = Annotated[float, Field(allow_inf_nan=False), AfterValidator(number_json)]
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
AbsolutePath = Annotated[str, Shape(r"/[^\u0000]*", "is not an absolute path. Begin it with / and leave NUL out.")]
# ECS API Reference, Secret: valueFrom. A Secrets Manager ARN may have a JSON key, a stage and a version.
SecretSource = Annotated[
    Text,
    Shape(
        r"arn:[A-Za-z0-9_-]+:(ssm|secretsmanager):[A-Za-z0-9_-]*:[0-9]*:.+|/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*",
        "is not a secret's source. Use the name or ARN of an SSM parameter, or the ARN of a Secrets Manager secret.",
    ),
]


MAX_SECONDS = 31_536_000  # a year, the longest execution (Step Functions Developer Guide, "Quotas")


@dataclass(frozen=True, slots=True)
class Duration:
    """Seconds, or a duration such as 1h30m; "" counts as absent, as in Copilot's manifests."""

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
