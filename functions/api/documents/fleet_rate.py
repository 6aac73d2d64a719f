"""What a document says of how many devices of a fleet are notified a minute."""

from typing import Annotated

from pydantic import Field

from functions.api.documents.fields import Document, Number
from functions.api.documents.fleet_numbers import Digits, Things

_PerMinute = Annotated[int, Field(ge=1, le=1000)]


class RateIncrease(Document):
    """After how many devices the rate grows: exactly one of the two."""

    numberOfNotifiedThings: Things | None = Field(
        default=None, description="After so many were notified.", examples=[1000]
    )
    numberOfSucceededThings: Things | None = Field(
        default=None, description="After so many have succeeded.", examples=[1000]
    )


class ExponentialRate(Document):
    """A rate that grows with each step."""

    baseRatePerMinute: _PerMinute = Field(
        description="The rate at the beginning; not more than maximumPerMinute.", examples=[50]
    )
    incrementFactor: Annotated[Number, Field(ge=1.1, le=5), Digits(1)] = Field(
        description="By what it is multiplied at each step; one digit after the point.", examples=[1.5]
    )
    rateIncreaseCriteria: RateIncrease = Field(
        description="When it grows.", examples=[{"numberOfSucceededThings": 100}]
    )


class Rollout(Document):
    """How many devices are notified a minute."""

    maximumPerMinute: _PerMinute | None = Field(default=None, description="At most; without it, 1000.", examples=[50])
    exponentialRate: ExponentialRate | None = Field(
        default=None,
        description="A rate that begins slowly.",
        examples=[
            {
                "baseRatePerMinute": 5,
                "incrementFactor": 2,
                "rateIncreaseCriteria": {"numberOfSucceededThings": 50},
            }
        ],
    )
