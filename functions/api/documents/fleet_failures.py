"""What a document says of devices that fail: when a rollout is aborted for them, and which have the job again."""

from typing import Annotated, Literal

from pydantic import Field

from functions.api.documents.fields import Document, Number
from functions.api.documents.fleet_numbers import Digits, Things


class AbortCriterion(Document):
    """When IoT cancels the rollout."""

    failureType: Literal["FAILED", "REJECTED", "TIMED_OUT", "ALL"] = Field(
        description="What counts as failed; ALL: any of them.", examples=["FAILED"]
    )
    thresholdPercentage: Annotated[Number, Field(gt=0, le=100), Digits(2)] = Field(
        description="So many percent of the devices that have ended; two digits after the point.", examples=[20]
    )
    minNumberOfExecutedThings: Things = Field(description="Not before so many devices have ended.", examples=[10])


class DeviceRetry(Document):
    """How often a device that failed is handed the job again."""

    failureType: Literal["FAILED", "TIMED_OUT", "ALL"] = Field(description="Which failures.", examples=["FAILED"])
    numberOfRetries: Annotated[int, Field(ge=0, le=10)] = Field(description="How often.", examples=[2])
