"""Schedules and their firings, as answers show them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from functions.api.answers.body import Time, time_json
from functions.api.documents.schedule import JobScheduleDocument
from functions.jobs.expressions.firing_times import expression_of, next_firing
from functions.jobs.model.firing import Firing, Skip, SkipReason
from functions.jobs.model.schedule import Schedule

_AWS = "What EventBridge Scheduler holds for it as long as it has a time to come: one expression, none for `none`."
AwsExpressions = Annotated[list[str], Field(description=_AWS, examples=[["cron(0 3 * * ? *)"]])]


class ScheduleAnswer(JobScheduleDocument):
    """A schedule. `nextRunAt` is there also while it is disabled; it is left out when no date is left."""

    nextRunAt: Annotated[Time | None, Field(description="When it fires next.")] = None
    awsExpressions: AwsExpressions


def schedule_json(schedule: Schedule, now: datetime) -> dict[str, Any]:
    """A schedule with its expression in canonical form, the time of its next run, and what Scheduler has of it."""
    due = next_firing(schedule, now)
    shown = {name: value for name, value in schedule.items() if name != "anchor"}
    shown["cron" if "cron" in schedule else "expression"] = expression_of(schedule).text
    return {**shown, "awsExpressions": aws_expressions(schedule), **({"nextRunAt": time_json(due)} if due else {})}


def aws_expressions(schedule: Schedule) -> list[str]:
    """What Scheduler has of a schedule."""
    aws = expression_of(schedule).aws
    return [aws] if aws else []


class FiringAnswer(BaseModel):
    """A time at which a schedule fires."""

    at: Annotated[Time, Field(description="The time.")]
    local: Annotated[
        str, Field(description="The same by the clocks of its zone.", examples=["2026-03-29T03:00:00+02:00"])
    ]


class PreviewAnswer(BaseModel):
    """When a schedule will fire."""

    timezone: Annotated[str, Field(description="By whose clocks.", examples=["Europe/Rome"])]
    awsExpressions: AwsExpressions
    firings: Annotated[list[FiringAnswer], Field(description="The next times; fewer than asked for if it ends.")]

    @classmethod
    def of(cls, schedule: Schedule, times: Sequence[datetime]) -> "PreviewAnswer":
        """The times at which a schedule will fire."""
        zone = ZoneInfo(schedule["timezone"])
        return cls(
            timezone=schedule["timezone"],
            awsExpressions=aws_expressions(schedule),
            firings=[FiringAnswer(at=time, local=time.astimezone(zone).isoformat()) for time in times],
        )


class WaitingAnswer(BaseModel):
    """A firing that waits for the job's active runs to end."""

    scheduleId: Annotated[str, Field(description="The schedule that fired.", examples=["nightly"])]
    scheduledAt: Annotated[Time, Field(description="The time for which it fired.")]
    runId: Annotated[
        str, Field(description="The id that its run will have: it can be stopped by it.", examples=["20260102030405Ab"])
    ]

    @classmethod
    def of(cls, firing: Firing) -> "WaitingAnswer":
        """A firing that waits."""
        return cls(scheduleId=firing.schedule_id, scheduledAt=firing.scheduled_at, runId=firing.run_id)


class SkipAnswer(BaseModel):
    """A firing that started no run, on purpose."""

    scheduleId: Annotated[str, Field(description="The schedule that fired.", examples=["nightly"])]
    scheduledAt: Annotated[Time, Field(description="The time for which it fired.")]
    skippedAt: Annotated[Time, Field(description="When it was skipped.")]
    reason: Annotated[SkipReason, Field(description="Why.", examples=["ACTIVE_RUN"])]
    message: Annotated[str, Field(description="The same in words.", examples=["Run 20260102030405kV9x0 was active."])]

    @classmethod
    def of(cls, skip: Skip) -> "SkipAnswer":
        """A skip as an answer."""
        firing = skip.firing
        return cls(
            scheduleId=firing.schedule_id,
            scheduledAt=firing.scheduled_at,
            skippedAt=skip.skipped_at,
            reason=skip.reason,
            message=skip.message,
        )
