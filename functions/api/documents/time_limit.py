"""Time limits: whole seconds, or a duration as AWS Copilot's manifests have it."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from functions.jobs.expressions.rate import SECONDS, read_whole

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
