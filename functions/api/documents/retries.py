"""Trying a failed task again as AWS Copilot's manifests have it: a number of retries."""

from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from functions.api.documents.retry import MAX_ATTEMPTS, MAX_WAIT


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
