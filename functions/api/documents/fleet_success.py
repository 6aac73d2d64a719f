"""What a document says of when a run of a fleet job has succeeded."""

from typing import Annotated

from pydantic import Field

from functions.api.documents.fields import Document, Number

_Count = Annotated[int, Field(ge=0, le=2_147_483_647)]


class Success(Document):
    """What must hold at a run's end. Devices that were removed from the targets count for nothing."""

    minSucceededPercentage: Annotated[Number, Field(ge=0, le=100)] | None = Field(
        default=None, description="At least so many percent of the devices have succeeded.", examples=[95]
    )
    minSucceeded: _Count | None = Field(
        default=None, description="At least so many devices have succeeded.", examples=[40]
    )
    maxFailed: _Count | None = Field(
        default=None,
        description="At most so many have not: failed, refused, timed out, were canceled, or had not ended.",
        examples=[2],
    )
