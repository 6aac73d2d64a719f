"""One firing on its way to the target.

Retries: EventBridge Scheduler User Guide, "Managing a schedule", RetryPolicy (API reference); what the payload may
name: "Adding context attributes"; the dead letter: "Configuring a schedule's dead-letter queue".
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from local.schedules.schedule import Schedule

_LONGEST_PAUSE = timedelta(seconds=480)  # with it, 185 retries take the 24 hours that are the default
AGE, ATTEMPTS = "MaximumEventAgeInSeconds", "MaximumRetryAttempts"


class TargetError(Exception):
    """The target could not be invoked."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Delivery:
    """A firing, its attempts so far, and how the last one failed. `begun` is the moment of the first attempt."""

    scheduled: datetime
    begun: datetime
    attempts: int = 0
    execution: str = ""
    error: TargetError = field(default_factory=lambda: TargetError("", ""))

    def begin_attempt(self) -> None:
        """Each attempt has an id and a number of its own."""
        self.attempts, self.execution = self.attempts + 1, secrets.token_hex(8)

    def payload(self, schedule: Schedule) -> str:
        """The target's input, with the context attributes filled in."""
        text = str(schedule.target.get("Input", ""))
        for name, value in self._context(schedule).items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text

    def _context(self, schedule: Schedule) -> dict[str, str]:
        return {
            "schedule-arn": schedule.arn,
            "scheduled-time": stamp(self.scheduled),
            "execution-id": self.execution,
            "attempt-number": str(self.attempts),
        }

    def exhausted(self, schedule: Schedule, now: datetime) -> str:
        """The condition of the retry policy that ends it, or ""."""
        if self.attempts > schedule.retries:
            return ATTEMPTS
        return AGE if self.attempts and now >= self.begun + schedule.longest else ""

    def next_attempt(self, schedule: Schedule, now: datetime) -> datetime:
        """Return when to try again: each pause is twice the last. At the latest when the event is too old."""
        pause = min(timedelta(seconds=2 ** min(self.attempts - 1, 16)), _LONGEST_PAUSE)
        return min(now + pause, self.begun + schedule.longest)

    def dead_letter(self, schedule: Schedule, condition: str) -> dict[str, str]:
        """The message attributes of its dead letter; all are of type String."""
        return {
            "ERROR_CODE": self.error.code,
            "ERROR_MESSAGE": str(self.error),
            "EXECUTION_ID": self.execution,
            "EXHAUSTED_RETRY_CONDITION": condition,
            "IS_PAYLOAD_TRUNCATED": "false",
            "RETRY_ATTEMPTS": str(self.attempts - 1),
            "SCHEDULED_TIME": stamp(self.scheduled),
            "SCHEDULE_ARN": schedule.arn,
            "TARGET_ARN": str(schedule.target["Arn"]),
        }


def stamp(moment: datetime) -> str:
    """As Scheduler writes times: 2022-03-22T18:59:43Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
