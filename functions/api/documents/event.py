"""What a document says of the events that start a job's runs."""

from typing import Annotated, Any

from pydantic import Field

from functions.api.documents.fields import Document, Shape
from functions.api.documents.parameters import ParameterName

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
