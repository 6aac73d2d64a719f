"""The document of a job."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, field_validator
from pydantic.config import JsonDict

from functions.api.documents.fields import Document, JobId, OpenDocument, Shape, Text
from functions.api.documents.fleet import FleetRunDocument
from functions.api.documents.parameters import ParameterName, Parameters
from functions.api.documents.run import RunDocument
from functions.api.documents.schedule import JobScheduleDocument


class DependencyDocument(OpenDocument):
    """A job whose end this one waits for."""

    id: Annotated[JobId, Field(description="The other job's id.", examples=["team.import"])]
    on: Annotated[
        Literal["SUCCESS", "FAILURE", "ANY"] | None,
        Field(description="Which end of its latest run; without it, SUCCESS.", examples=["ANY"]),
    ] = None


_MAX_SECONDS = 3_153_600_000  # a hundred years
Count = Annotated[int, Field(ge=0, le=10_000)]


class Retention(Document):
    """What is kept of finished runs: what any of these limits excludes goes."""

    seconds: Annotated[int, Field(ge=1, le=_MAX_SECONDS)] | None = Field(
        default=None,
        description="For how long each is kept, in seconds; without it, as the deployment says.",
        examples=[604_800],
    )
    successes: Count | None = Field(
        default=None, description="How many that succeeded are kept; 0: none. Without it, all.", examples=[10]
    )
    failures: Count | None = Field(
        default=None, description="How many that failed are kept; 0: none. Without it, all.", examples=[100]
    )


MAX_EVENTS = 20
EventId = Annotated[
    str,
    Field(max_length=64),
    Shape(r"[a-z0-9]+(-+[a-z0-9]+)*", "is not an event's id: a-z, 0-9 and inner dashes, at most 64."),
]
# EventBridge API Reference, PutRule: EventBusName.
Bus = Annotated[
    str,
    Field(max_length=1600),
    Shape(
        r"(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus/)?[/._A-Za-z0-9-]+",
        "is not an event bus: give its name or its ARN.",
    ),
]
# EventBridge API Reference, InputTransformer; User Guide, "Amazon EventBridge input transformation". A wildcard would
# give a list, and a parameter is one text.
EventPath = Annotated[
    str,
    Field(max_length=256),
    Shape(
        r"\$(\.[A-Za-z0-9_/-]+(\[[0-9]+\])*)+",
        "is not a path such as $.detail.bucket.name: names of letters, digits, _, - and /, joined by dots, and places "
        "in lists such as [0].",
    ),
]
EventPaths = Annotated[dict[ParameterName, EventPath], Field(json_schema_extra={"additionalProperties": False})]


class EventDocument(Document):
    """Events that start a run each."""

    id: EventId = Field(description="Their name within the job.", examples=["uploaded"])
    pattern: dict[str, Any] = Field(
        description="EventBridge's event pattern; at most 2048 characters.",
        examples=[{"source": ["aws.s3"], "detail": {"bucket": {"name": ["incoming"]}}}],
    )
    bus: Bus | None = Field(
        default=None, description="An event bus, by name or ARN; without it, the account's own.", examples=["orders"]
    )
    parameters: EventPaths | None = Field(
        default=None,
        description="Parameters of the job, and where in an event their values are.",
        examples=[{"KEY": "$.detail.object.key"}],
    )


_Named = JobScheduleDocument | EventDocument


def _kind(run: Any) -> str:
    """What kind of `run` it is: a fleet's has the key `fleet`."""
    return "FleetRun" if isinstance(run, FleetRunDocument) or (isinstance(run, dict) and "fleet" in run) else "Run"


AnyRun = Annotated[
    Annotated[RunDocument, Tag("Run")] | Annotated[FleetRunDocument, Tag("FleetRun")], Discriminator(_kind)
]
_EXAMPLE: JsonDict = {
    "id": "team.report",
    "description": "Sends the weekly report",
    "labels": {"owner": "team"},
    "schedules": [{"id": "nightly", "cron": "0 3 * * *", "timezone": "Europe/Rome"}],
    "run": {"cmd": "echo hello", "cpus": 0.25, "mem": 512, "disk": 0, "env": {"LEVEL": "info"}},
}


class JobDocument(Document):
    """A job."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    id: Annotated[JobId, Field(description="Segments joined by dots: the dots are groups.", examples=["team.report"])]
    description: Annotated[
        str | None, Field(description="What the job is for.", examples=["Sends the weekly report"])
    ] = None
    labels: Annotated[dict[Text, str], Field(description="Names to find it by.", examples=[{"owner": "team"}])] = {}
    dependencies: Annotated[
        list[DependencyDocument], Field(description="Jobs whose ends it waits for.", examples=[[{"id": "team.import"}]])
    ] = []
    schedules: Annotated[list[JobScheduleDocument], Field(description="When it runs by itself.", examples=[[]])] = []
    parameters: Annotated[
        Parameters | None,
        Field(
            description="Variables of the main container that a run may give values, by name; texts of run.env are "
            "some too. Of a fleet job, parts of the document that is rolled out.",
            examples=[{"LEVEL": {"default": "info", "allowed": ["debug", "info"]}, "DAY": {"required": True}}],
        ),
    ] = None
    overrides: Annotated[
        list[Literal["env", "cmd", "args", "cpus", "mem", "timeout", "imageTag"]] | None,
        Field(
            description="What else a run may have otherwise than the job; without it, nothing. A fleet has `timeout`.",
            examples=[["cpus"]],
        ),
    ] = None
    payload: Annotated[
        Literal["OPTIONAL", "REQUIRED"] | None,
        Field(description="Whether runs are given a document, as a file; without it, none is.", examples=["OPTIONAL"]),
    ] = None
    retention: Annotated[
        Retention | None,
        Field(description="What is kept of finished runs.", examples=[{"seconds": 604_800, "successes": 10}]),
    ] = None
    events: Annotated[
        Annotated[list[EventDocument], Field(max_length=MAX_EVENTS)] | None,
        Field(
            description="Events of EventBridge that start it.",
            examples=[[{"id": "uploaded", "pattern": {"source": ["aws.s3"]}}]],
        ),
    ] = None
    run: Annotated[
        AnyRun,
        Field(
            description="What a run executes: containers, or with `fleet` a rollout to devices.",
            examples=[
                {"cmd": "echo hello", "cpus": 0.25, "mem": 512, "disk": 0},
                {"fleet": {"targets": {"groups": ["lamps"]}, "document": {"operation": "reboot"}}},
            ],
        ),
    ]
    pausedAt: Annotated[
        str | None,
        Field(
            description="In answers: since when it is paused. Not kept: pause and resume are calls of their own.",
            examples=["2026-01-02T03:04:05.678+0000"],
        ),
    ] = None

    @field_validator("schedules", "events")
    @classmethod
    def _once_each(cls, named: list[_Named] | None) -> list[_Named] | None:
        if len({one.id for one in named or ()}) < len(named or ()):
            raise ValueError("has double entries")
        return named


class CombinedDocument(JobDocument):
    """A job with its schedules, as Metronome's v0 has it: without a kill grace period."""

    @field_validator("run")
    @classmethod
    def _of_v0(cls, run: RunDocument | FleetRunDocument) -> RunDocument | FleetRunDocument:
        if isinstance(run, RunDocument) and run.taskKillGracePeriodSeconds is not None:
            raise ValueError("taskKillGracePeriodSeconds is not known to v0: use v1.")
        return run
