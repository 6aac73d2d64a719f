"""The kinds of numbers that a fleet job's document has."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

Things = Annotated[int, Field(ge=1, le=2_147_483_647)]  # so many, where IoT has a minimum of its own


@dataclass(frozen=True, slots=True)
class Digits:
    """At most so many digits after the point: IoT refuses more."""

    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, number: float) -> float:
        if round(number, self.most) != number:
            raise ValueError(f"has more digits after the point than {self.most}, which is what IoT takes.")
        return number
