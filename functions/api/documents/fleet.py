"""The `run` of a fleet job: what is rolled out, to which devices, when, and when it has succeeded."""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from functions.api.documents.fields import Broken, Document, Number, Shape, Text, TimeLimit, refuse
from functions.api.documents.fleet_pace import AbortCriterion, DeviceRetry, Rollout

# AWS IoT API Reference, CreateThing and CreateThingGroup.
_NAME = Shape(r"[a-zA-Z0-9:_-]{1,128}", "must be 1 to 128 letters, digits, ':', '_' and '-'.")
Thing = Annotated[str, _NAME]
Group = Annotated[str, _NAME]


class Targets(Document):
    """The devices: any of the three."""

    things: list[Thing] = Field(default=[], description="Things by name, at most 1000.", examples=[["lamp-1"]])
    groups: list[Group] = Field(
        default=[],
        description="Thing groups by name, static or dynamic, with the groups in them; 100 targets in all, of which "
        "things and query together are one.",
        examples=[["thermostats"]],
    )
    query: Text | None = Field(
        default=None,
        description="What fleet indexing finds by this query when a run begins; CONTINUOUS: from then on.",
        examples=["attributes.model:A1"],
    )


class MaintenanceWindow(Document):
    """Times at which devices are notified."""

    startTime: Annotated[str, Field(min_length=1, max_length=256)] = Field(
        description="When it begins: AWS's form of a cron expression, in UTC.", examples=["cron(0 2 ? * SUN *)"]
    )
    durationInMinutes: Annotated[int, Field(ge=1, le=1430)] = Field(description="For how many minutes.", examples=[120])


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


MAX_DEPTH = 100  # IoT takes more, and what reads such a document on a device perhaps less


def _sound(document: dict[str, Any]) -> dict[str, Any]:
    if _is_deeper(document, MAX_DEPTH):
        raise ValueError(f"is nested more than {MAX_DEPTH} times.")
    try:
        json.dumps(document, allow_nan=False)
    except ValueError as wrong:  # 1e999 is read as infinity
        raise ValueError("holds a number that is too large for JSON: put it into a text.") from wrong
    return document


def _is_deeper(value: Any, levels: int) -> bool:
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(levels == 0 or _is_deeper(item, levels - 1) for item in items)


RolledOut = Annotated[dict[str, Any], AfterValidator(_sound)]
# AWS IoT API Reference, CreateJob: documentSource. Amazon S3 User Guide, "Methods for accessing a bucket".
S3Url = Annotated[
    str,
    Field(max_length=1350),
    Shape(
        r"(s3://[a-z0-9.-]+|https://(s3[.-]([a-z0-9-]+\.)?amazonaws\.com(\.cn)?/[^/?#\s]+|[a-z0-9.-]+\.s3([.-][a-z0-9-]+)?\.amazonaws"
        r"\.com(\.cn)?))/[^?#\s]+",
        "is not the URL of an object in S3, such as https://s3.eu-central-1.amazonaws.com/bucket/key.",
    ),
]
JobTemplateArn = Annotated[
    str,
    Field(max_length=1600),
    Shape(
        r"arn:aws[\w-]*:iot:[a-z0-9-]+:([0-9]{12}:jobtemplate/[a-zA-Z0-9_-]{1,64}|:jobtemplate/[a-zA-Z0-9_.:-]+)",
        "is not the ARN of a job template of AWS IoT.",
    ),
]
# AWS IoT API Reference, CreateJob: documentParameters.
_Name = Annotated[str, Shape(r"[a-zA-Z0-9_-]{1,128}", "must be 1 to 128 letters, digits, '_' and '-'.")]
TemplateParameters = Annotated[dict[_Name, str], Field(json_schema_extra={"additionalProperties": False})]


WEEK = 604_800  # seconds
RoleArn = Annotated[
    str,
    Field(min_length=20, max_length=2048),
    Shape(r"arn:aws[\w-]*:iam::[0-9]{12}:role/[!-~]+", "is not the ARN of an IAM role."),
]


class PresignedUrl(Document):
    """How IoT presigns the URLs in a document."""

    roleArn: RoleArn = Field(
        description="The ARN of the IAM role that IoT reads the objects with, under the path /shiftwork/<stage>/.",
        examples=["arn:aws:iam::123456789012:role/shiftwork/dev/firmware"],
    )
    expiresInSec: Annotated[int, Field(ge=60, le=3600)] | None = Field(
        default=None, description="For how many seconds a URL is valid; without it, 3600.", examples=[600]
    )


class Fleet(Document):
    """What is rolled out, to whom, how fast."""

    targets: Targets = Field(description="The devices.", examples=[{"groups": ["thermostats"]}])
    targetSelection: Literal["SNAPSHOT", "CONTINUOUS"] = Field(
        default="SNAPSHOT",
        description="CONTINUOUS: also devices that join the groups while the run lasts.",
        examples=["SNAPSHOT"],
    )
    document: RolledOut | None = Field(
        default=None,
        description="What devices are to do: at most 32768 characters, with ${aws:iot:parameter:NAME} where the value "
        "of a parameter belongs. Or documentSource, or jobTemplateArn.",
        examples=[{"operation": "update", "version": "${aws:iot:parameter:VERSION}"}],
    )
    documentSource: S3Url | None = Field(
        default=None,
        description="The same as an object of S3; it is read when a run begins.",
        examples=["https://s3.eu-central-1.amazonaws.com/firmware/update.json"],
    )
    jobTemplateArn: JobTemplateArn | None = Field(
        default=None,
        description="The same as a job template: one of the account's, or of AWS's own, whose ARNs have no account.",
        examples=["arn:aws:iot:eu-central-1::jobtemplate/AWS-Reboot:1.0"],
    )
    documentParameters: TemplateParameters | None = Field(
        default=None,
        description="Values for a job template of AWS's own, beside the job's parameters.",
        examples=[{"filePath": "/var/update"}],
    )
    presignedUrl: PresignedUrl | None = Field(
        default=None,
        description="How ${aws:iot:s3-presigned-url:...} in the document is presigned; required if there is one.",
        examples=[{"roleArn": "arn:aws:iam::123456789012:role/shiftwork/dev/firmware"}],
    )
    rollout: Rollout | None = Field(
        default=None,
        description="How many devices are notified a minute; without it, 1000.",
        examples=[{"maximumPerMinute": 50}],
    )
    abort: Annotated[list[AbortCriterion], Field(min_length=1)] | None = Field(
        default=None,
        description="When IoT cancels the rollout; each failureType once.",
        examples=[[{"failureType": "FAILED", "thresholdPercentage": 20, "minNumberOfExecutedThings": 10}]],
    )
    inProgressTimeoutInMinutes: Annotated[int, Field(ge=1, le=10_080)] | None = Field(
        default=None,
        description="After so long at work a device has TIMED_OUT; without it, never.",
        examples=[30],
    )
    retry: Annotated[list[DeviceRetry], Field(min_length=1, max_length=2)] | None = Field(
        default=None,
        description="How often IoT hands a device that failed the job again; ALL stands alone, and 10 in all.",
        examples=[[{"failureType": "FAILED", "numberOfRetries": 2}]],
    )
    maintenanceWindows: Annotated[list[MaintenanceWindow], Field(min_length=1)] | None = Field(
        default=None,
        description="When devices are notified; for CONTINUOUS only. IoT begins half an hour after the run.",
        examples=[[{"startTime": "cron(0 2 ? * SUN *)", "durationInMinutes": 120}]],
    )
    success: Success = Field(
        default=Success(),
        description="When a run has succeeded; what is named must all hold. Without anything: no device has failed.",
        examples=[{"minSucceededPercentage": 95}],
        json_schema_extra={"default": {}},
    )


class FleetRunDocument(Document):
    """What a run rolls out to devices."""

    fleet: Fleet = Field(
        description="The rollout.",
        examples=[{"targets": {"things": ["lamp-1"]}, "document": {"operation": "reboot"}}],
    )
    timeoutSeconds: TimeLimit = Field(
        default=None,
        description="After so long the run is ended, and judged by what devices have done; also as a duration such as "
        "12h. Without it a week; CONTINUOUS requires it.",
        examples=[86_400],
    )

    @model_validator(mode="after")
    def _ends(self) -> "FleetRunDocument":
        refuse(self._rules())
        if self.timeoutSeconds is None:
            self.timeoutSeconds = WEEK
        return self

    def _rules(self) -> Iterator[Broken]:
        if self.timeoutSeconds is None and self.fleet.targetSelection == "CONTINUOUS":
            words = "is required: a CONTINUOUS rollout has no end of its own."
            yield Broken(("timeoutSeconds",), words)
