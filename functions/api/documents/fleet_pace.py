"""The pace of a rollout: its rate, its abort criteria and the retries of devices."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from functions.api.documents.fields import Document, Number

Things = Annotated[int, Field(ge=1, le=2_147_483_647)]  # a number of devices; the maximum is that of AWS IoT


@dataclass(frozen=True, slots=True)
class Digits:
    """The number of digits after the point that AWS IoT accepts."""

    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, number: float) -> float:
        if round(number, self.most) != number:
            raise ValueError(f"has too many digits after the point. Use at most {self.most}.")
        return number


class AbortCriterion(Document):
    """A condition under which AWS IoT cancels the rollout."""

    failureType: Literal["FAILED", "REJECTED", "TIMED_OUT", "ALL"] = Field(
        description="The status that counts as failed. ALL: any of them.", examples=["FAILED"]
    )
    thresholdPercentage: Annotated[Number, Field(gt=0, le=100), Digits(2)] = Field(
        description="The percentage of failed devices, of those that have ended, with at most two digits after the "
        "point.",
        examples=[20],
    )
    minNumberOfExecutedThings: Things = Field(
        description="The number of devices that must have ended before the criterion counts.", examples=[10]
    )


class DeviceRetry(Document):
    """The number of retries on a device that failed."""

    failureType: Literal["FAILED", "TIMED_OUT", "ALL"] = Field(
        description="The status that is retried. ALL: either of them.", examples=["FAILED"]
    )
    numberOfRetries: Annotated[int, Field(ge=0, le=10)] = Field(description="The number of retries.", examples=[2])


_PerMinute = Annotated[int, Field(ge=1, le=1000)]


class RateIncrease(Document):
    """The number of devices after which the rate grows: exactly one of the two fields."""

    numberOfNotifiedThings: Things | None = Field(
        default=None, description="The number of notified devices.", examples=[1000]
    )
    numberOfSucceededThings: Things | None = Field(
        default=None, description="The number of devices that have succeeded.", examples=[1000]
    )


class ExponentialRate(Document):
    """A rate that grows with each step."""

    baseRatePerMinute: _PerMinute = Field(
        description="The rate at the beginning, at most maximumPerMinute.", examples=[50]
    )
    incrementFactor: Annotated[Number, Field(ge=1.1, le=5), Digits(1)] = Field(
        description="The factor by which the rate grows at each step, with at most one digit after the point.",
        examples=[1.5],
    )
    rateIncreaseCriteria: RateIncrease = Field(
        description="The condition for the next step.", examples=[{"numberOfSucceededThings": 100}]
    )


class Rollout(Document):
    """The rate at which AWS IoT notifies devices."""

    maximumPerMinute: _PerMinute | None = Field(
        default=None, description="The maximum number of devices a minute. Default: 1000.", examples=[50]
    )
    exponentialRate: ExponentialRate | None = Field(
        default=None,
        description="A rate that begins low and grows.",
        examples=[
            {
                "baseRatePerMinute": 5,
                "incrementFactor": 2,
                "rateIncreaseCriteria": {"numberOfSucceededThings": 50},
            }
        ],
    )
