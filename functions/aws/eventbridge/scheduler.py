"""Schedules in EventBridge Scheduler: one for each schedule of a job, in the schedule group of the deployment."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from functions.aws.eventbridge.names import bounded
from functions.aws.table.table import is_error
from functions.jobs.expressions.expression import expression_of, next_firing, window_minutes
from functions.jobs.model.schedule import Schedule
from functions.settings import ScheduleSettings

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

# Scheduler API Reference: RetryPolicy
_LONGEST_AGE = 24 * 60 * 60
_MOST_ATTEMPTS = 185
_ABSENT, _PRESENT = "ResourceNotFoundException", "ConflictException"


def schedule_name(job_id: str, schedule_id: str) -> str:
    """The name of a schedule in Scheduler. Ids have no underscore, so the name is unique."""
    return bounded(f"{job_id}_{schedule_id}")


class EventBridgeScheduler:
    """Implements functions.jobs.ports.definitions.Scheduler."""

    def __init__(self, client: Callable[[], "EventBridgeSchedulerClient"], settings: ScheduleSettings) -> None:
        self._client = client
        self._settings = settings

    def put(self, job_id: str, schedule: Schedule, now: datetime) -> None:
        """Create the schedule in Scheduler, or update it."""
        request, client = self._request(job_id, schedule, now), self._client()
        # The second update is for a schedule that another writer has created meanwhile.
        tries = ((client.update_schedule, _ABSENT), (client.create_schedule, _PRESENT), (client.update_schedule, None))
        for write, expected in tries:
            try:
                write(**request)
            except ClientError as error:
                if not expected or not is_error(error, expected):
                    raise
            else:
                return

    def delete(self, job_id: str, schedule_id: str) -> None:
        """Delete the schedule in Scheduler, if it exists."""
        try:
            self._client().delete_schedule(GroupName=self._settings.group, Name=schedule_name(job_id, schedule_id))
        except ClientError as error:
            if not is_error(error, _ABSENT):
                raise

    def _request(self, job_id: str, schedule: Schedule, now: datetime) -> dict[str, Any]:
        expression, window = expression_of(schedule), window_minutes(schedule)
        request: dict[str, Any] = {
            "GroupName": self._settings.group,
            "Name": schedule_name(job_id, schedule["id"]),
            "Description": f"Shiftwork: schedule {schedule['id']} of job {job_id}"[:512],
            "ScheduleExpression": expression.aws,
            "ScheduleExpressionTimezone": expression.aws_timezone(ZoneInfo(schedule["timezone"])),
            "State": "ENABLED" if schedule["enabled"] else "DISABLED",
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": window} if window else {"Mode": "OFF"},
            "ActionAfterCompletion": "NONE",
            "Target": self._target(job_id, schedule),
        }
        starts = schedule.get("startsAt")
        if expression.is_rate:
            # Without a start date, a rate fires at once and counts from then on (User Guide, "Rate-based schedules").
            request["StartDate"] = next_firing(schedule, now)
        elif starts and datetime.fromisoformat(starts) > now:
            request["StartDate"] = datetime.fromisoformat(starts)
        if "endsAt" in schedule:
            request["EndDate"] = datetime.fromisoformat(schedule["endsAt"])
        return request

    def _target(self, job_id: str, schedule: Schedule) -> dict[str, Any]:
        firing = {"jobId": job_id, "scheduleId": schedule["id"], "scheduledTime": "<aws.scheduler.scheduled-time>"}
        return {
            "Arn": self._settings.dispatch_arn,
            "RoleArn": self._settings.role_arn,
            "Input": json.dumps(firing),
            "DeadLetterConfig": {"Arn": self._settings.missed_queue_arn},
            "RetryPolicy": {
                "MaximumEventAgeInSeconds": min(schedule["startingDeadlineSeconds"], _LONGEST_AGE),
                "MaximumRetryAttempts": _MOST_ATTEMPTS,
            },
        }
