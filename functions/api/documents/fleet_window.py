"""What a document says of the times at which a fleet's devices are notified."""

from typing import Annotated

from pydantic import Field

from functions.api.documents.fields import Document


class MaintenanceWindow(Document):
    """Times at which devices are notified."""

    startTime: Annotated[str, Field(min_length=1, max_length=256)] = Field(
        description="When it begins: AWS's form of a cron expression, in UTC.", examples=["cron(0 2 ? * SUN *)"]
    )
    durationInMinutes: Annotated[int, Field(ge=1, le=1430)] = Field(description="For how many minutes.", examples=[120])
