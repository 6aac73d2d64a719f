"""The `run` of a fleet job with all defaults filled in: document, targets, pace, success rule.

Fields that go to AWS IoT unchanged have the names of its API (AWS IoT API Reference, CreateJob).
"""

from typing import Any, Literal, NotRequired, TypedDict

Selection = Literal["SNAPSHOT", "CONTINUOUS"]


class Targets(TypedDict):
    """The devices: things and thing groups by name, and the things that a query of fleet indexing finds."""

    things: list[str]
    groups: list[str]
    query: NotRequired[str]


class PresignedUrl(TypedDict):
    """The role with which IoT presigns the URLs in a document, and for how many seconds they are valid."""

    roleArn: str
    expiresInSec: NotRequired[int]


class RateIncrease(TypedDict):
    """The number of devices after which the rate grows; exactly one of the two fields."""

    numberOfNotifiedThings: NotRequired[int]
    numberOfSucceededThings: NotRequired[int]


class ExponentialRate(TypedDict):
    """A rate that grows with each step."""

    baseRatePerMinute: int
    incrementFactor: float
    rateIncreaseCriteria: RateIncrease


class RolloutRate(TypedDict):
    """How many devices IoT notifies a minute."""

    maximumPerMinute: NotRequired[int]
    exponentialRate: NotRequired[ExponentialRate]


class AbortCriterion(TypedDict):
    """When IoT cancels the rollout: the percentage of failed devices, and the least number that must have ended."""

    failureType: Literal["FAILED", "REJECTED", "TIMED_OUT", "ALL"]
    thresholdPercentage: float
    minNumberOfExecutedThings: int


class DeviceRetry(TypedDict):
    """How often IoT retries the job on a device after a failure of this type."""

    failureType: Literal["FAILED", "TIMED_OUT", "ALL"]
    numberOfRetries: int


class MaintenanceWindow(TypedDict):
    """When IoT notifies devices: from each time of a cron expression (AWS's form, UTC), for a number of minutes."""

    startTime: str
    durationInMinutes: int


class SuccessRule(TypedDict):
    """When a run has succeeded: every field that is present must hold. Without fields: no device has failed."""

    minSucceededPercentage: NotRequired[float]
    minSucceeded: NotRequired[int]
    maxFailed: NotRequired[int]


class FleetSpec(TypedDict):
    """What a fleet job rolls out, and to which devices. It has one of document, documentSource and jobTemplateArn."""

    targets: Targets
    targetSelection: Selection
    document: NotRequired[dict[str, Any]]
    documentSource: NotRequired[str]
    jobTemplateArn: NotRequired[str]
    documentParameters: NotRequired[dict[str, str]]
    presignedUrl: NotRequired[PresignedUrl]
    rollout: NotRequired[RolloutRate]
    abort: NotRequired[list[AbortCriterion]]
    inProgressTimeoutInMinutes: NotRequired[int]
    retry: NotRequired[list[DeviceRetry]]
    maintenanceWindows: NotRequired[list[MaintenanceWindow]]
    success: SuccessRule


class FleetRunSpec(TypedDict):
    """The `run` of a fleet job. After `timeoutSeconds` the run ends, and its success rule decides."""

    fleet: FleetSpec
    timeoutSeconds: int
