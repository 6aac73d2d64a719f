"""The `run` of a fleet job's document: its shape, its defaults and the limits of its numbers and texts.

Names and limits are those of AWS IoT's CreateJob, where it has them. What IoT or the deployment does not take together
is refused by functions/jobs, for every door.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from functions.api.documents.fields import Broken, Document, Shape, refuse
from functions.api.documents.fleet_document import JobTemplateArn, RolledOut, S3Url, TemplateParameters
from functions.api.documents.fleet_failures import AbortCriterion, DeviceRetry
from functions.api.documents.fleet_rate import Rollout
from functions.api.documents.fleet_success import Success
from functions.api.documents.fleet_targets import Targets
from functions.api.documents.fleet_window import MaintenanceWindow
from functions.api.documents.time_limit import TimeLimit

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
