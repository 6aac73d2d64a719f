"""Answers about the deployment as a whole: settings, health, metrics, groups, and stops of several runs."""

from typing import Annotated

from pydantic import BaseModel, Field

from functions.api.http import Time
from functions.jobs.model.job import Group
from functions.jobs.runs.stop import Stopped


class InfoAnswer(BaseModel):
    """The versions and settings of the deployment."""

    version: Annotated[str, Field(description="Shiftwork's version.", examples=["0.2.0"])]
    libVersion: Annotated[str, Field(description="The version of Powertools for AWS Lambda.", examples=["3.37.0"])]
    config: Annotated[dict[str, str], Field(description="The deployment's settings.", examples=[{"stage": "prod"}])]


class LeaderAnswer(BaseModel):
    """The leader, which clients of Metronome ask for: always the API itself."""

    leader: Annotated[str, Field(description="The API's own host and port.", examples=["api.example.com:443"])]


class QueuedRunAnswer(BaseModel):
    """A run that has no task yet."""

    runId: Annotated[str, Field(description="The run's id.", examples=["20260102030405kV9x0"])]


class QueueAnswer(BaseModel):
    """The runs of one job that wait for a task."""

    jobId: Annotated[str, Field(description="The job's id.", examples=["team.report"])]
    runs: Annotated[list[QueuedRunAnswer], Field(description="The runs, the oldest first.")]


class GaugeAnswer(BaseModel):
    """A number as it is now."""

    value: Annotated[int, Field(description="The number.", examples=[3])]


class CounterAnswer(BaseModel):
    """A count over the last 24 hours."""

    count: Annotated[int, Field(description="The number.", examples=[120])]


class MetricsAnswer(BaseModel):
    """Metrics as a Dropwizard snapshot, which is Metronome's format."""

    version: Annotated[str, Field(description="The version of the format.", examples=["4.0.0"])]
    gauges: Annotated[
        dict[str, GaugeAnswer],
        Field(
            description="Numbers from the table: `runs.active` and `runs.queued`.",
            examples=[{"runs.active": {"value": 3}}],
        ),
    ]
    counters: Annotated[
        dict[str, CounterAnswer],
        Field(
            description="Numbers of runs of the last 24 hours from CloudWatch, such as `runs.started`.",
            examples=[{"runs.started": {"count": 120}}],
        ),
    ]
    histograms: Annotated[dict[str, CounterAnswer], Field(description="Always empty.", examples=[{}])]
    meters: Annotated[dict[str, CounterAnswer], Field(description="Always empty.", examples=[{}])]
    timers: Annotated[dict[str, CounterAnswer], Field(description="Always empty.", examples=[{}])]


class CheckAnswer(BaseModel):
    """The check of one setting in the account that the deployment relies on."""

    name: Annotated[str, Field(description="The name of the check.", examples=["iot-job-events"])]
    healthy: Annotated[bool, Field(description="Whether the setting is as it must be.", examples=[True])]
    message: Annotated[
        str, Field(description="What the result means and what to do.", examples=["AWS IoT publishes job events."])
    ]


class HealthAnswer(BaseModel):
    """The health of the deployment."""

    healthy: Annotated[bool, Field(description="Whether all checks have passed.", examples=[True])]
    checks: Annotated[list[CheckAnswer], Field(description="The checks.")]

    @classmethod
    def of(cls, events: str | None) -> "HealthAnswer":
        """Return the health. `events` says what is wrong with the job events of AWS IoT; None: nothing."""
        message = events or "AWS IoT publishes job events: Shiftwork sees what devices do."
        check = CheckAnswer(name="iot-job-events", healthy=events is None, message=message)
        return cls(healthy=check.healthy, checks=[check])


_PAUSED = "When the pause began. Absent if there is none."
PausedAt = Annotated[Time | None, Field(description=_PAUSED)]


class GroupAnswer(BaseModel):
    """A group of jobs: those whose ids begin with the group's id and a dot."""

    id: Annotated[str, Field(description="The group's id.", examples=["team"])]
    jobCount: Annotated[int, Field(description="The number of jobs in the group and its subgroups.", examples=[12])]
    activeRunCount: Annotated[int, Field(description="The number of active runs of these jobs.", examples=[1])]
    pausedAt: PausedAt = None

    @classmethod
    def of(cls, group: Group, active: int) -> "GroupAnswer":
        """Return a group as an answer; `active` is the number of its active runs."""
        paused = {"pausedAt": group.paused_at} if group.paused_at else {}
        return cls(id=group.id, jobCount=group.jobs, activeRunCount=active, **paused)


class DeploymentAnswer(BaseModel):
    """The deployment, and whether it is paused."""

    stage: Annotated[str, Field(description="The deployment's stage.", examples=["prod"])]
    pausedAt: PausedAt = None

    @classmethod
    def of(cls, stage: str, whole: Group | None) -> "DeploymentAnswer":
        """Return the deployment as an answer; `whole` is the group of all jobs."""
        return cls(stage=stage, **({"pausedAt": whole.paused_at} if whole and whole.paused_at else {}))


class StoppedAnswer(BaseModel):
    """The runs that one call has stopped."""

    stopped: Annotated[list[str], Field(description="The ids of the stopped runs.", examples=[["20260102030405kV9x0"]])]
    left: Annotated[
        int, Field(description="The number of runs that are still active. Call again until it is 0.", examples=[0])
    ]

    @classmethod
    def of(cls, stopped: Stopped) -> "StoppedAnswer":
        """Return the result of a stop as an answer."""
        return cls(stopped=stopped.run_ids, left=stopped.left)
