"""Published limits of AWS's APIs as token buckets, and what they answer when a bucket is empty.

Sources: "Request throttling for the Amazon ECS API" (ECS Developer Guide), "Step Functions service quotas" (other
Regions), "AWS IoT Core endpoints and quotas" and "AWS IoT Device Management endpoints and quotas" (AWS General
Reference), "Quotas for Amazon EventBridge Scheduler", "Amazon EventBridge quotas", "CloudWatch Logs quotas". Where AWS
publishes only a rate, the bucket holds the tokens of one second.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket that the operations of a service share: `burst` tokens at most, `rate` new ones a second."""

    service: str  # as in the events of botocore
    operations: tuple[str, ...]
    burst: int
    rate: float


LIMITS = (
    Bucket("ecs", ("RegisterTaskDefinition", "DeregisterTaskDefinition"), 20, 1),
    Bucket("ecs", ("DescribeTaskDefinition", "ListTaskDefinitions"), 50, 20),
    Bucket("ecs", ("RunTask", "StopTask"), 100, 40),
    Bucket("sfn", ("StartExecution",), 800, 150),
    Bucket("sfn", ("StopExecution",), 500, 25),
    Bucket("sfn", ("DescribeExecution",), 250, 10),
    Bucket("scheduler", ("CreateSchedule",), 1000, 1000),
    Bucket("scheduler", ("UpdateSchedule",), 1000, 1000),
    Bucket("scheduler", ("DeleteSchedule",), 1000, 1000),
    Bucket("eventbridge", ("PutRule",), 50, 50),
    Bucket("eventbridge", ("PutTargets",), 50, 50),
    Bucket("eventbridge", ("RemoveTargets",), 50, 50),
    Bucket("eventbridge", ("DeleteRule",), 50, 50),
    Bucket("eventbridge", ("DescribeEventBus",), 50, 50),
    Bucket("eventbridge", ("TestEventPattern",), 50, 50),
    Bucket("cloudwatch-logs", ("GetLogEvents",), 25, 25),
    Bucket("iot", ("CreateJob",), 10, 10),
    Bucket("iot", ("DescribeJob",), 10, 10),
    Bucket("iot", ("CancelJob",), 10, 10),
    Bucket("iot", ("ListJobExecutionsForJob",), 10, 10),
    Bucket("iot", ("DescribeThing",), 350, 350),
    Bucket("iot", ("DescribeThingGroup",), 100, 100),
    Bucket("iot", ("AddThingToThingGroup",), 100, 100),
    Bucket("iot", ("CreateThingGroup",), 25, 25),
    Bucket("iot", ("DeleteThingGroup",), 15, 15),
    Bucket("iot", ("ListThingsInThingGroup",), 25, 25),
    Bucket("iot", ("CreateDynamicThingGroup", "DeleteDynamicThingGroup"), 5, 5),
    Bucket("iot", ("SearchIndex",), 15, 15),
)


class Buckets:
    """All buckets, full at first. `now` is the time in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._of = {(one.service, name): one for one in LIMITS for name in one.operations}
        self._left: dict[Bucket, tuple[float, float]] = {}

    def take(self, service: str, operation: str) -> bool:
        """Take a token; return False if there is none. An operation without a published limit is never throttled."""
        bucket = self._of.get((service, operation))
        if bucket is None:
            return True
        now = self._now()
        tokens, at = self._left.get(bucket, (float(bucket.burst), now))
        tokens = min(bucket.burst, tokens + max(0.0, now - at) * bucket.rate)
        taken = tokens >= 1
        self._left[bucket] = (tokens - 1 if taken else tokens, now)
        return taken
