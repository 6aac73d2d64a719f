"""The deployment, its health, its groups, and what a stop of several runs did, as answers show them."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.api.answers.body import Time
from functions.jobs.model.group import Group
from functions.jobs.runs.stop import Stopped


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


class CheckAnswer(BaseModel):
    """One thing that it relies on."""

    name: Annotated[str, Field(description="What it is.", examples=["iot-job-events"])]
    healthy: Annotated[bool, Field(description="Whether it is as it must be.", examples=[True])]
    message: Annotated[str, Field(description="What that means, and the way out.", examples=["Devices are followed."])]


class HealthAnswer(BaseModel):
    """All of it."""

    healthy: Annotated[bool, Field(description="Whether everything is.", examples=[True])]
    checks: Annotated[list[CheckAnswer], Field(description="One by one.")]

    @classmethod
    def of(cls, events: str | None) -> "HealthAnswer":
        """`events`: what is wrong with IoT's job events, None if nothing is."""
        message = events or "AWS IoT tells of jobs and their executions: devices are followed."
        check = CheckAnswer(name="iot-job-events", healthy=events is None, message=message)
        return cls(healthy=check.healthy, checks=[check])


_PAUSED = "Since when its schedules start no runs; left out if they do."
PausedAt = Annotated[Time | None, Field(description=_PAUSED)]


class GroupAnswer(BaseModel):
    """A group of jobs: what is before a dot of their ids."""

    id: Annotated[str, Field(description="The group's id.", examples=["team"])]
    jobCount: Annotated[int, Field(description="How many jobs are in it and in its subgroups.", examples=[12])]
    activeRunCount: Annotated[int, Field(description="How many of their runs are active.", examples=[1])]
    pausedAt: PausedAt = None

    @classmethod
    def of(cls, group: Group, active: int) -> "GroupAnswer":
        """A group with the number of its active runs."""
        paused = {"pausedAt": group.paused_at} if group.paused_at else {}
        return cls(id=group.id, jobCount=group.jobs, activeRunCount=active, **paused)


class DeploymentAnswer(BaseModel):
    """The deployment."""

    stage: Annotated[str, Field(description="Its stage.", examples=["prod"])]
    pausedAt: PausedAt = None

    @classmethod
    def of(cls, stage: str, whole: Group | None) -> "DeploymentAnswer":
        """The deployment; `whole` is the group of all jobs."""
        return cls(stage=stage, **({"pausedAt": whole.paused_at} if whole and whole.paused_at else {}))


class StoppedAnswer(BaseModel):
    """The runs that one call has stopped."""

    stopped: Annotated[list[str], Field(description="Their ids.", examples=[["20260102030405kV9x0"]])]
    left: Annotated[int, Field(description="How many are still active: call again until it is 0.", examples=[0])]

    @classmethod
    def of(cls, stopped: Stopped) -> "StoppedAnswer":
        """The answer."""
        return cls(stopped=stopped.run_ids, left=stopped.left)
