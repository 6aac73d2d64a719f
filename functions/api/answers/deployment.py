"""The deployment itself, as answers."""

from typing import Annotated

from pydantic import BaseModel, Field


class InfoAnswer(BaseModel):
    """Which software serves, and how it is set."""

    version: Annotated[str, Field(description="Shiftwork's version.", examples=["0.2.0"])]
    libVersion: Annotated[str, Field(description="The version of Powertools for AWS Lambda.", examples=["3.37.0"])]
    config: Annotated[dict[str, str], Field(description="Settings.", examples=[{"stage": "prod"}])]


class LeaderAnswer(BaseModel):
    """Who leads: there is one API, and it always does."""

    leader: Annotated[str, Field(description="The API's own host and port.", examples=["api.example.com:443"])]


class QueuedRunAnswer(BaseModel):
    """A run that has no task yet."""

    runId: Annotated[str, Field(description="The run's id.", examples=["20260102030405kV9x0"])]


class QueueAnswer(BaseModel):
    """The runs of one job that wait for a task."""

    jobId: Annotated[str, Field(description="The job's id.", examples=["team.report"])]
    runs: Annotated[list[QueuedRunAnswer], Field(description="The oldest first.")]


class GaugeAnswer(BaseModel):
    """How much there is now."""

    value: Annotated[int, Field(description="The number.", examples=[3])]


class CounterAnswer(BaseModel):
    """How much there was in the last 24 hours."""

    count: Annotated[int, Field(description="The number.", examples=[120])]


class MetricsAnswer(BaseModel):
    """Numbers in the form of a Dropwizard snapshot, as Metronome gives them."""

    version: Annotated[str, Field(description="The version of the form.", examples=["4.0.0"])]
    gauges: Annotated[
        dict[str, GaugeAnswer],
        Field(description="From the table: `runs.active`, `runs.queued`.", examples=[{"runs.active": {"value": 3}}]),
    ]
    counters: Annotated[
        dict[str, CounterAnswer],
        Field(
            description="From CloudWatch, of the last 24 hours: `runs.started` and others.",
            examples=[{"runs.started": {"count": 120}}],
        ),
    ]
    histograms: Annotated[dict[str, CounterAnswer], Field(description="None.", examples=[{}])]
    meters: Annotated[dict[str, CounterAnswer], Field(description="None.", examples=[{}])]
    timers: Annotated[dict[str, CounterAnswer], Field(description="None.", examples=[{}])]
