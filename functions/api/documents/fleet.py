"""The `run` of a fleet job: what is rolled out to which devices, at which times, and when the run succeeds."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from functions.api.documents.fields import Broken, Document, Number, Shape, Text, TimeLimit, refuse
from functions.api.documents.fleet_pace import AbortCriterion, DeviceRetry, Rollout

# AWS IoT API Reference, CreateThing and CreateThingGroup.
_NAME = Shape(r"[a-zA-Z0-9:_-]{1,128}", "is not a name in AWS IoT. Use 1 to 128 letters, digits, ':', '_' and '-'.")
Thing = Annotated[str, _NAME]
Group = Annotated[str, _NAME]


class Targets(Document):
    """The devices of a rollout: things, groups, a query, or several of these."""

    things: list[Thing] = Field(default=[], description="Names of things, at most 1000.", examples=[["lamp-1"]])
    groups: list[Group] = Field(
        default=[],
        description="Names of thing groups, static or dynamic. Their subgroups belong to them. At most 100 targets in "
        "all; things and query together count as one.",
        examples=[["thermostats"]],
    )
    query: Text | None = Field(
        default=None,
        description="A query of fleet indexing, which AWS IoT evaluates when a run begins. With CONTINUOUS, devices "
        "that match later join the rollout.",
        examples=["attributes.model:A1"],
    )


class MaintenanceWindow(Document):
    """The times at which AWS IoT notifies devices."""

    startTime: Annotated[str, Field(min_length=1, max_length=256)] = Field(
        description="The start of the window: a cron expression in AWS's form, in UTC.",
        examples=["cron(0 2 ? * SUN *)"],
    )
    durationInMinutes: Annotated[int, Field(ge=1, le=1430)] = Field(
        description="The length of the window in minutes.", examples=[120]
    )


_Count = Annotated[int, Field(ge=0, le=2_147_483_647)]


class Success(Document):
    """The conditions for success at a run's end. Devices that were removed from the targets are not counted."""

    minSucceededPercentage: Annotated[Number, Field(ge=0, le=100)] | None = Field(
        default=None, description="The percentage of devices that must succeed.", examples=[95]
    )
    minSucceeded: _Count | None = Field(
        default=None, description="The number of devices that must succeed.", examples=[40]
    )
    maxFailed: _Count | None = Field(
        default=None,
        description="The number of devices that may fail, reject, time out, be canceled or not end.",
        examples=[2],
    )


MAX_DEPTH = 100  # AWS IoT accepts more, but a program on a device may read less


def _valid(document: dict[str, Any]) -> dict[str, Any]:
    if _is_deeper(document, MAX_DEPTH):
        raise ValueError(f"has more than {MAX_DEPTH} levels. Use fewer.")
    try:
        json.dumps(document, allow_nan=False)
    except ValueError as wrong:  # 1e999 is read as infinity
        raise ValueError("has a number that is too large for JSON. Write it as a text.") from wrong
    return document


def _is_deeper(value: Any, levels: int) -> bool:
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(levels == 0 or _is_deeper(item, levels - 1) for item in items)


RolledOut = Annotated[dict[str, Any], AfterValidator(_valid)]
# AWS IoT API Reference, CreateJob: documentSource. Amazon S3 User Guide, "Methods for accessing a bucket".
S3Url = Annotated[
    str,
    Field(max_length=1350),
    Shape(
        r"(s3://[a-z0-9.-]+|https://(s3[.-]([a-z0-9-]+\.)?amazonaws\.com(\.cn)?/[^/?#\s]+|[a-z0-9.-]+\.s3([.-][a-z0-9-]+)?\.amazonaws"
        r"\.com(\.cn)?))/[^?#\s]+",
        "is not the URL of an object in S3. Use a form such as https://s3.eu-central-1.amazonaws.com/bucket/key.",
    ),
]
JobTemplateArn = Annotated[
    str,
    Field(max_length=1600),
    Shape(
        r"arn:aws[\w-]*:iot:[a-z0-9-]+:([0-9]{12}:jobtemplate/[a-zA-Z0-9_-]{1,64}|:jobtemplate/[a-zA-Z0-9_.:-]+)",
        "is not the ARN of a job template. Copy the ARN from AWS IoT.",
    ),
]
# AWS IoT API Reference, CreateJob: documentParameters.
_Name = Annotated[str, Shape(r"[a-zA-Z0-9_-]{1,128}", "is not a name. Use 1 to 128 letters, digits, '_' and '-'.")]
TemplateParameters = Annotated[dict[_Name, str], Field(json_schema_extra={"additionalProperties": False})]


WEEK = 604_800  # seconds
RoleArn = Annotated[
    str,
    Field(min_length=20, max_length=2048),
    Shape(r"arn:aws[\w-]*:iam::[0-9]{12}:role/[!-~]+", "is not the ARN of an IAM role. Copy the ARN from IAM."),
]


class PresignedUrl(Document):
    """How AWS IoT presigns the URLs in a document."""

    roleArn: RoleArn = Field(
        description="The ARN of the IAM role with which AWS IoT reads the objects. Its path is /shiftwork/<stage>/.",
        examples=["arn:aws:iam::123456789012:role/shiftwork/dev/firmware"],
    )
    expiresInSec: Annotated[int, Field(ge=60, le=3600)] | None = Field(
        default=None, description="The seconds for which a URL is valid. Default: 3600.", examples=[600]
    )


class Fleet(Document):
    """A rollout: the document, the devices, the rate, and what counts as success."""

    targets: Targets = Field(description="The devices of the rollout.", examples=[{"groups": ["thermostats"]}])
    targetSelection: Literal["SNAPSHOT", "CONTINUOUS"] = Field(
        default="SNAPSHOT",
        description="SNAPSHOT: the devices that are targets when the run begins. CONTINUOUS: also those that become "
        "targets while the run is active.",
        examples=["SNAPSHOT"],
    )
    document: RolledOut | None = Field(
        default=None,
        description="The document that devices get, at most 32768 characters. ${aws:iot:parameter:NAME} is replaced "
        "by the value of a parameter. Use one of document, documentSource and jobTemplateArn.",
        examples=[{"operation": "update", "version": "${aws:iot:parameter:VERSION}"}],
    )
    documentSource: S3Url | None = Field(
        default=None,
        description="The URL of the document in S3. Each run reads it when it begins.",
        examples=["https://s3.eu-central-1.amazonaws.com/firmware/update.json"],
    )
    jobTemplateArn: JobTemplateArn | None = Field(
        default=None,
        description="The ARN of a job template with the document: the account's own, or one of AWS's, whose ARNs have "
        "no account.",
        examples=["arn:aws:iot:eu-central-1::jobtemplate/AWS-Reboot:1.0"],
    )
    documentParameters: TemplateParameters | None = Field(
        default=None,
        description="Values for a job template of AWS, in addition to the job's parameters.",
        examples=[{"filePath": "/var/update"}],
    )
    presignedUrl: PresignedUrl | None = Field(
        default=None,
        description="How AWS IoT presigns ${aws:iot:s3-presigned-url:...} in the document. Required if the document "
        "has one.",
        examples=[{"roleArn": "arn:aws:iam::123456789012:role/shiftwork/dev/firmware"}],
    )
    rollout: Rollout | None = Field(
        default=None,
        description="The number of devices that are notified a minute. Default: 1000.",
        examples=[{"maximumPerMinute": 50}],
    )
    abort: Annotated[list[AbortCriterion], Field(min_length=1)] | None = Field(
        default=None,
        description="The conditions under which AWS IoT cancels the rollout. Use each failureType once.",
        examples=[[{"failureType": "FAILED", "thresholdPercentage": 20, "minNumberOfExecutedThings": 10}]],
    )
    inProgressTimeoutInMinutes: Annotated[int, Field(ge=1, le=10_080)] | None = Field(
        default=None,
        description="The time that a device has after its start, in minutes; then it is TIMED_OUT. Default: no limit.",
        examples=[30],
    )
    retry: Annotated[list[DeviceRetry], Field(min_length=1, max_length=2)] | None = Field(
        default=None,
        description="How often AWS IoT retries a failed device: at most 10 times in all. ALL cannot be combined with "
        "another failureType.",
        examples=[[{"failureType": "FAILED", "numberOfRetries": 2}]],
    )
    maintenanceWindows: Annotated[list[MaintenanceWindow], Field(min_length=1)] | None = Field(
        default=None,
        description="The windows in which devices are notified. Only with CONTINUOUS. AWS IoT begins half an hour "
        "after the run.",
        examples=[[{"startTime": "cron(0 2 ? * SUN *)", "durationInMinutes": 120}]],
    )
    success: Success = Field(
        default=Success(),
        description="The conditions for success; all of them must hold. Default: no device has failed.",
        examples=[{"minSucceededPercentage": 95}],
        json_schema_extra={"default": {}},
    )


class FleetRunDocument(Document):
    """What a run of a fleet job rolls out, and for how long."""

    fleet: Fleet = Field(
        description="The rollout.",
        examples=[{"targets": {"things": ["lamp-1"]}, "document": {"operation": "reboot"}}],
    )
    timeoutSeconds: TimeLimit = Field(
        default=None,
        description="The time limit of the run, in seconds or as a duration such as 12h. At the limit the run ends, "
        "and `success` decides about it. Default: a week. CONTINUOUS requires it.",
        examples=[86_400],
    )

    @model_validator(mode="after")
    def _with_limit(self) -> "FleetRunDocument":
        refuse(self._rules())
        if self.timeoutSeconds is None:
            self.timeoutSeconds = WEEK
        return self

    def _rules(self) -> Iterator[Broken]:
        if self.timeoutSeconds is None and self.fleet.targetSelection == "CONTINUOUS":
            message = "is required: a CONTINUOUS rollout does not end by itself. Give a time limit."
            yield Broken(("timeoutSeconds",), message)
