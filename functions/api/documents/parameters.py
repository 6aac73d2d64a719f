"""What a document says of parameters, and of the values that a schedule or a call gives them."""

import json
from typing import Annotated

from pydantic import AfterValidator, Field

from functions.api.documents.fields import Document, Shape, Text
from functions.jobs.inputs.parameters import MAX_CHARACTERS, MAX_DECLARED

ParameterName = Annotated[
    Text,
    Shape(
        r"(?!SHIFTWORK_)[A-Za-z_][A-Za-z0-9_]*",
        "is not a parameter's name: letters, digits and _, and not SHIFTWORK_...",
    ),
]


class Parameter(Document):
    """A variable of the main container, or a part of a fleet's document, that a run may give a value."""

    description: str | None = Field(default=None, description="What it is for.", examples=["The day to report on"])
    default: str | None = Field(
        default=None, description="Its value where a run gives none; without it, it is not set then.", examples=["info"]
    )
    required: bool | None = Field(
        default=None, description="Whether each run must give it a value. Not with a default.", examples=[False]
    )
    allowed: Annotated[list[str], Field(min_length=1)] | None = Field(
        default=None, description="Its value is one of these; without it, any text.", examples=[["debug", "info"]]
    )


Parameters = Annotated[
    dict[ParameterName, Parameter],
    Field(max_length=MAX_DECLARED, json_schema_extra={"additionalProperties": False}),
]


def _values(values: dict[str, str]) -> dict[str, str]:
    for name, value in values.items():
        if "\0" in value:
            raise ValueError(f"{name} holds a NUL character, which no process can be given.")
    size = len(json.dumps([{"name": name, "value": value} for name, value in values.items()]))
    if size > MAX_CHARACTERS:
        raise ValueError(f"takes {size} of at most {MAX_CHARACTERS} characters in ECS's form: shorten names or values.")
    return values


Values = Annotated[
    dict[ParameterName, str], AfterValidator(_values), Field(json_schema_extra={"additionalProperties": False})
]
