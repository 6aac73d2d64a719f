"""Schedules as answers."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from functions.api.answers.body import Time, time_json
from functions.api.documents.schedule import JobScheduleDocument
from functions.jobs.expressions.firing_times import expression_of, next_firing
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
