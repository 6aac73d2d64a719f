"""Answers about schedules, their firings and skips."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from functions.api.documents.schedule import JobScheduleDocument
from functions.api.http import Time, time_json
from functions.jobs.expressions.expression import expression_of, next_firing
from functions.jobs.model.firing import Firing, Skip, SkipReason
from functions.jobs.model.schedule import Schedule

_AWS = "The expression in EventBridge Scheduler while the schedule has a next firing; empty for `none`."
AwsExpressions = Annotated[list[str], Field(description=_AWS, examples=[["cron(0 3 * * ? *)"]])]


class ScheduleAnswer(JobScheduleDocument):
    """A schedule. A disabled schedule has a `nextRunAt` too; a schedule without a further firing has none."""

    nextRunAt: Annotated[Time | None, Field(description="When the schedule fires next.")] = None
    awsExpressions: AwsExpressions


def schedule_json(schedule: Schedule, now: datetime) -> dict[str, Any]:
    """Return a schedule with its canonical expression, its next firing and its expression in Scheduler."""
    due = next_firing(schedule, now)
    shown = {name: value for name, value in schedule.items() if name != "anchor"}
    shown["cron" if "cron" in schedule else "expression"] = expression_of(schedule).text
    return {**shown, "awsExpressions": aws_expressions(schedule), **({"nextRunAt": time_json(due)} if due else {})}


def aws_expressions(schedule: Schedule) -> list[str]:
    """Return the expression in EventBridge Scheduler: a list of one, or empty."""
    aws = expression_of(schedule).aws
    return [aws] if aws else []


class FiringAnswer(BaseModel):
    """A time at which a schedule fires."""

    at: Annotated[Time, Field(description="The time of the firing.")]
    local: Annotated[
        str, Field(description="The same time in the schedule's time zone.", examples=["2026-03-29T03:00:00+02:00"])
    ]


class PreviewAnswer(BaseModel):
    """The next firings of a schedule."""

    timezone: Annotated[str, Field(description="The schedule's time zone.", examples=["Europe/Rome"])]
    awsExpressions: AwsExpressions
    firings: Annotated[
        list[FiringAnswer], Field(description="The next firings. Fewer than requested if the schedule ends.")
    ]

    @classmethod
    def of(cls, schedule: Schedule, times: Sequence[datetime]) -> "PreviewAnswer":
        """Return the times of the next firings as an answer."""
        zone = ZoneInfo(schedule["timezone"])
        return cls(
            timezone=schedule["timezone"],
            awsExpressions=aws_expressions(schedule),
            firings=[FiringAnswer(at=time, local=time.astimezone(zone).isoformat()) for time in times],
        )


class WaitingAnswer(BaseModel):
    """A waiting firing: it starts its run when the job's active runs have ended."""

    scheduleId: Annotated[str, Field(description="The schedule that fired.", examples=["nightly"])]
    scheduledAt: Annotated[Time, Field(description="The time of the firing.")]
    runId: Annotated[
        str,
        Field(description="The id of the run to come. A stop of it removes the firing.", examples=["20260102030405Ab"]),
    ]

    @classmethod
    def of(cls, firing: Firing) -> "WaitingAnswer":
        """Return a waiting firing as an answer."""
        return cls(scheduleId=firing.schedule_id, scheduledAt=firing.scheduled_at, runId=firing.run_id)


class SkipAnswer(BaseModel):
    """A firing or an event that was skipped: it started no run."""

    scheduleId: Annotated[
        str | None, Field(description="The schedule that fired. Null for an event.", examples=["nightly"])
    ]
    eventId: Annotated[
        str | None,
        Field(description="The event trigger that the event matched. Null for a firing.", examples=["order"]),
    ]
    scheduledAt: Annotated[Time, Field(description="The time of the firing or the event.")]
    skippedAt: Annotated[Time, Field(description="When it was skipped.")]
    reason: Annotated[SkipReason, Field(description="Why it was skipped.", examples=["ACTIVE_RUN"])]
    message: Annotated[
        str, Field(description="A sentence that explains the reason.", examples=["Run 20260102030405kV9x0 was active."])
    ]

    @classmethod
    def of(cls, skip: Skip) -> "SkipAnswer":
        """Return a skip as an answer."""
        one = skip.occasion
        return cls(
            scheduleId=one.schedule_id if isinstance(one, Firing) else None,
            eventId=None if isinstance(one, Firing) else one.event_id,
            scheduledAt=one.scheduled_at if isinstance(one, Firing) else one.at,
            skippedAt=skip.skipped_at,
            reason=skip.reason,
            message=skip.message,
        )
