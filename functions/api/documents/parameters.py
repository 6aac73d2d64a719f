"""The parameters of a job, and the values that a schedule or a call gives them."""

import json
from typing import Annotated

from pydantic import AfterValidator, Field

from functions.api.documents.fields import Document, Shape, Text
from functions.jobs.inputs.parameters import MAX_CHARACTERS, MAX_DECLARED

ParameterName = Annotated[
    Text,
    Shape(
        r"(?!SHIFTWORK_)[A-Za-z_][A-Za-z0-9_]*",
        "is not a parameter's name. Use letters, digits and _, and do not begin it with SHIFTWORK_.",
    ),
]


class Parameter(Document):
    """A parameter: an environment variable, or a placeholder in a fleet job's document, that a run can set."""

    description: str | None = Field(
        default=None, description="What the parameter is for.", examples=["The day to report on"]
    )
    default: str | None = Field(
        default=None,
        description="The value in a run that gives none. Without a default, the parameter is not set there.",
        examples=["info"],
    )
    required: bool | None = Field(
        default=None,
        description="Whether each run must give a value. Cannot be true together with a default.",
        examples=[False],
    )
    allowed: Annotated[list[str], Field(min_length=1)] | None = Field(
        default=None, description="The allowed values. Default: any text.", examples=[["debug", "info"]]
    )


Parameters = Annotated[
    dict[ParameterName, Parameter],
    Field(max_length=MAX_DECLARED, json_schema_extra={"additionalProperties": False}),
]


def _values(values: dict[str, str]) -> dict[str, str]:
    for name, value in values.items():
        if "\0" in value:
            raise ValueError(f"{name} has a NUL character, which no environment can hold. Remove it.")
    size = len(json.dumps([{"name": name, "value": value} for name, value in values.items()]))
    if size > MAX_CHARACTERS:
        raise ValueError(
            f"takes {size} characters in ECS's form; {MAX_CHARACTERS} are allowed. Shorten names or values."
        )
    return values


Values = Annotated[
    dict[ParameterName, str], AfterValidator(_values), Field(json_schema_extra={"additionalProperties": False})
]
