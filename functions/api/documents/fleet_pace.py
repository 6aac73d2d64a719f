"""How fast a fleet job is rolled out, when IoT stops it, and how often it tries a device again."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from functions.api.documents.fields import Document, Number

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
