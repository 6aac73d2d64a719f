"""What a fleet job rolls out, as its document says it with its defaults filled in.

The names are those of AWS IoT's CreateJob wherever a field is handed to it as it is (AWS IoT API Reference, CreateJob).
"""

from typing import Any, Literal, NotRequired, TypedDict

Selection = Literal["SNAPSHOT", "CONTINUOUS"]


class Targets(TypedDict):
    """Which devices: things and thing groups by name, and what a query of fleet indexing finds; any of them."""

    things: list[str]
    groups: list[str]
    query: NotRequired[str]


class PresignedUrl(TypedDict):
    """By which role, and for how many seconds, IoT presigns the URLs in a document."""

    roleArn: str
    expiresInSec: NotRequired[int]


class RateIncrease(TypedDict):
    """After how many devices the rate grows: exactly one of the two."""

    numberOfNotifiedThings: NotRequired[int]
    numberOfSucceededThings: NotRequired[int]


class ExponentialRate(TypedDict):
    """A rate that grows with each step."""

    baseRatePerMinute: int
    incrementFactor: float
    rateIncreaseCriteria: RateIncrease


class RolloutRate(TypedDict):
    """How many devices are notified a minute."""

    maximumPerMinute: NotRequired[int]
    exponentialRate: NotRequired[ExponentialRate]


class AbortCriterion(TypedDict):
    """When IoT cancels the job: so many percent of at least so many devices have failed so."""

    failureType: Literal["FAILED", "REJECTED", "TIMED_OUT", "ALL"]
    thresholdPercentage: float
    minNumberOfExecutedThings: int


class DeviceRetry(TypedDict):
    """How often IoT hands a device that failed so the job again."""

    failureType: Literal["FAILED", "TIMED_OUT", "ALL"]
    numberOfRetries: int


class MaintenanceWindow(TypedDict):
    """When devices are notified: from each time of a cron expression on (AWS's form, UTC), for so long."""

    startTime: str
    durationInMinutes: int


class SuccessRule(TypedDict):
    """When a run has succeeded: all that is named must hold. Without anything: no device has failed."""

    minSucceededPercentage: NotRequired[float]
    minSucceeded: NotRequired[int]
    maxFailed: NotRequired[int]


class FleetSpec(TypedDict):
    """What is rolled out, to whom, how fast. Exactly one of document, documentSource and jobTemplateArn."""

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
    """The `run` of a fleet job: `timeoutSeconds` is after how long the run is ended and judged."""

    fleet: FleetSpec
    timeoutSeconds: int
