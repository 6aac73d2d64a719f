"""The documents about hooks: a hook itself, and the body of a hook call."""

from typing import Annotated

from pydantic import ConfigDict, Field, field_validator
from pydantic.config import JsonDict

from functions.api.documents.fields import Document
from functions.api.documents.parameters import ParameterName, Values
from functions.jobs.inputs.parameters import MAX_DECLARED
from functions.jobs.model.hook import HookSpec
from functions.jobs.model.rate import DEFAULT_RATE, MAX_RATE

_EXAMPLE: JsonDict = {"description": "Deployments of the shop", "parameters": ["LEVEL"], "ratePerMinute": 10}
Settable = Annotated[list[ParameterName], Field(max_length=MAX_DECLARED, json_schema_extra={"uniqueItems": True})]


class HookDocument(Document):
    """A hook: what its callers may set for the runs that they start."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    description: Annotated[
        str | None,
        Field(max_length=1000, description="Who calls the hook, and why.", examples=["Deployments of the shop"]),
    ] = None
    parameters: Annotated[
        Settable, Field(description="The job's parameters that callers may set.", examples=[["LEVEL"]])
    ] = []
    imageTag: Annotated[
        bool,
        Field(
            description="Whether callers may choose the image's tag. The job's overrides must list imageTag.",
            examples=[False],
        ),
    ] = False
    ratePerMinute: Annotated[
        int,
        Field(
            ge=1,
            le=MAX_RATE,
            description="The number of calls a minute that start a run; further calls get 429.",
            examples=[60],
        ),
    ] = DEFAULT_RATE

    @field_validator("parameters")
    @classmethod
    def _once_each(cls, names: list[str]) -> list[str]:
        if len(set(names)) < len(names):
            raise ValueError("has double entries")
        return names

    def spec(self) -> HookSpec:
        """Return the hook as the domain has it."""
        return HookSpec(
            description=self.description,
            parameters=tuple(self.parameters),
            image_tag=self.imageTag,
            rate_per_minute=self.ratePerMinute,
        )


class HookCallDocument(Document):
    """The settings that a hook call gives its run. The hook must allow each of them."""

    parameters: Annotated[
        Values, Field(description="Values of the job's parameters.", examples=[{"LEVEL": "debug"}])
    ] = {}
    imageTag: Annotated[
        str | None, Field(description="The tag of the job's image for this run.", examples=["v1.2.3"])
    ] = None
