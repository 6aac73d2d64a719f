"""The document of a job."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, field_validator
from pydantic.config import JsonDict

from functions.api.documents.fields import Document, JobId, OpenDocument, Shape, Text
from functions.api.documents.fleet import FleetRunDocument
from functions.api.documents.parameters import ParameterName, Parameters
from functions.api.documents.run import RunDocument
from functions.api.documents.schedule import JobScheduleDocument
from functions.jobs.model.job import Override
from functions.jobs.model.rate import DEFAULT_RATE, MAX_RATE


class DependencyDocument(OpenDocument):
    """A job whose end this one waits for."""

    id: Annotated[JobId, Field(description="The other job's id.", examples=["team.import"])]
    on: Annotated[
        Literal["SUCCESS", "FAILURE", "ANY"] | None,
        Field(description="The end of its latest run that this job waits for. Default: SUCCESS.", examples=["ANY"]),
    ] = None


_MAX_SECONDS = 3_153_600_000  # a hundred years
Count = Annotated[int, Field(ge=0, le=10_000)]


class Retention(Document):
    """The limits for finished runs. A run that exceeds any of them is removed."""

    seconds: Annotated[int, Field(ge=1, le=_MAX_SECONDS)] | None = Field(
        default=None,
        description="The seconds for which a finished run is kept. Default: the deployment's setting.",
        examples=[604_800],
    )
    successes: Count | None = Field(
        default=None, description="The number of successful runs that are kept. Default: all.", examples=[10]
    )
    failures: Count | None = Field(
        default=None, description="The number of failed runs that are kept. Default: all.", examples=[100]
    )


MAX_EVENTS = 20
EventId = Annotated[
    str,
    Field(max_length=64),
    Shape(r"[a-z0-9]+(-+[a-z0-9]+)*", "is not the id of an event trigger. Use a-z, 0-9 and inner dashes, at most 64."),
]
# EventBridge API Reference, PutRule: EventBusName.
Bus = Annotated[
    str,
    Field(max_length=1600),
    Shape(
        r"(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus/)?[/._A-Za-z0-9-]+",
        "is not an event bus. Use its name or its ARN.",
    ),
]
# EventBridge API Reference, InputTransformer; User Guide, "Amazon EventBridge input transformation". There are no
# wildcards: they give lists, and a parameter is one text.
EventPath = Annotated[
    str,
    Field(max_length=256),
    Shape(
        r"\$(\.[A-Za-z0-9_/-]+(\[[0-9]+\])*)+",
        "is not a path. Use a form such as $.detail.bucket.name: names of letters, digits, _, - and /, joined by dots, "
        "and list indexes such as [0].",
    ),
]
EventPaths = Annotated[dict[ParameterName, EventPath], Field(json_schema_extra={"additionalProperties": False})]


class EventDocument(Document):
    """An event trigger: each event that matches the pattern starts a run."""

    id: EventId = Field(description="The name of the event trigger within the job.", examples=["uploaded"])
    pattern: dict[str, Any] = Field(
        description="The event pattern of EventBridge, at most 2048 characters.",
        examples=[{"source": ["aws.s3"], "detail": {"bucket": {"name": ["incoming"]}}}],
    )
    bus: Bus | None = Field(
        default=None,
        description="The name or ARN of an event bus. Default: the account's default bus.",
        examples=["orders"],
    )
    parameters: EventPaths | None = Field(
        default=None,
        description="The job's parameters that events set, each with the path of its value in the event.",
        examples=[{"KEY": "$.detail.object.key"}],
    )


_Named = JobScheduleDocument | EventDocument


def _kind(run: Any) -> str:
    """Return the tag of the document that a `run` is: a fleet job's has the key `fleet`."""
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
    """A job document."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})
    id: Annotated[JobId, Field(description="The job's id. Its dots separate groups.", examples=["team.report"])]
    description: Annotated[
        str | None, Field(description="What the job is for.", examples=["Sends the weekly report"])
    ] = None
    labels: Annotated[
        dict[Text, str], Field(description="Labels to find the job by.", examples=[{"owner": "team"}])
    ] = {}
    dependencies: Annotated[
        list[DependencyDocument],
        Field(description="The jobs whose ends this job waits for.", examples=[[{"id": "team.import"}]]),
    ] = []
    schedules: Annotated[list[JobScheduleDocument], Field(description="The job's schedules.", examples=[[]])] = []
    parameters: Annotated[
        Parameters | None,
        Field(
            description="The parameters by name: environment variables of the main container that a run can set. A "
            "text in run.env is a parameter too. For a fleet job: placeholders in its document.",
            examples=[{"LEVEL": {"default": "info", "allowed": ["debug", "info"]}, "DAY": {"required": True}}],
        ),
    ] = None
    overrides: Annotated[
        list[Override] | None,
        Field(
            description="Settings that a single run may override. Default: none. A fleet job allows only `timeout`.",
            examples=[["cpus"]],
        ),
    ] = None
    payload: Annotated[
        Literal["OPTIONAL", "REQUIRED"] | None,
        Field(description="Whether runs get a payload, as a file. Default: they do not.", examples=["OPTIONAL"]),
    ] = None
    retention: Annotated[
        Retention | None,
        Field(
            description="How many finished runs are kept, and for how long.",
            examples=[{"seconds": 604_800, "successes": 10}],
        ),
    ] = None
    events: Annotated[
        Annotated[list[EventDocument], Field(max_length=MAX_EVENTS)] | None,
        Field(
            description="The event triggers: EventBridge events that start the job.",
            examples=[[{"id": "uploaded", "pattern": {"source": ["aws.s3"]}}]],
        ),
    ] = None
    eventRatePerMinute: Annotated[
        Annotated[int, Field(ge=1, le=MAX_RATE)] | None,
        Field(
            description="The number of runs a minute that events start; further events are skipped. "
            f"Default: {DEFAULT_RATE}.",
            examples=[120],
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
            description="In answers: since when the job is paused. In requests it is ignored: use the actions pause "
            "and resume.",
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
    """A job with its schedules for Metronome's v0, which has no kill grace period."""

    @field_validator("run")
    @classmethod
    def _of_v0(cls, run: RunDocument | FleetRunDocument) -> RunDocument | FleetRunDocument:
        if isinstance(run, RunDocument) and run.taskKillGracePeriodSeconds is not None:
            raise ValueError("taskKillGracePeriodSeconds does not exist in v0. Use v1.")
        return run
