"""What a document says of the devices that a fleet job goes to."""

from typing import Annotated

from pydantic import Field

from functions.api.documents.fields import Document, Shape, Text

# AWS IoT API Reference, CreateThing and CreateThingGroup.
_NAME = Shape(r"[a-zA-Z0-9:_-]{1,128}", "must be 1 to 128 letters, digits, ':', '_' and '-'.")
Thing = Annotated[str, _NAME]
Group = Annotated[str, _NAME]


class Targets(Document):
    """The devices: any of the three."""

    things: list[Thing] = Field(default=[], description="Things by name, at most 1000.", examples=[["lamp-1"]])
    groups: list[Group] = Field(
        default=[],
        description="Thing groups by name, static or dynamic, with the groups in them; 100 targets in all, of which "
        "things and query together are one.",
        examples=[["thermostats"]],
    )
    query: Text | None = Field(
        default=None,
        description="What fleet indexing finds by this query when a run begins; CONTINUOUS: from then on.",
        examples=["attributes.model:A1"],
    )
