"""The requests that CreateSchedule and UpdateSchedule refuse (API reference, CreateSchedule, and the types it uses)."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.schedules.expression import At, Expression, parse
from local.schedules.schedule import Schedule, Timing

NAME = re.compile(r"[0-9a-zA-Z_.-]{1,64}")
RETRY_DEFAULTS = {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
_ROLE = re.compile(r"arn:aws(-[a-z]+)?:iam::\d{12}:role/[\w+=,.@/-]+")
_QUEUE = re.compile(r"arn:aws(-[a-z]+)?:sqs:[a-z0-9-]+:\d{12}:[a-zA-Z0-9_-]+")
_OLDEST_START = timedelta(minutes=5)
_JSON_TARGETS = ("lambda", "states", "events")  # "Input": these must be given well-formed JSON
Body = Mapping[str, Any]


class RefusedError(Exception):
    """A request that the service refuses, with its code and status."""

    def __init__(self, message: str, *, code: str = "ValidationException", status: int = 400) -> None:
        super().__init__(message)
        self.code, self.status = code, status


def read(arn: str, body: Body, now: datetime) -> Schedule:
    """The schedule that a request describes; raises RefusedError. `now` is the real time, not the scheduler's."""
    name_of(arn.rsplit("/", 1)[-1])
    one_of(body, "State", "ENABLED", "DISABLED")
    one_of(body, "ActionAfterCompletion", "NONE", "DELETE")
    if len(body.get("Description") or "") > 512:
        raise RefusedError("Value at 'description' must have length less than or equal to 512")
    target = _target(body.get("Target") or {})
    retry = target["RetryPolicy"]
    return Schedule(
        arn=arn,
        timing=_timing(body, now),
        target=target,
        enabled=body.get("State", "ENABLED") == "ENABLED",
        window=_window(body.get("FlexibleTimeWindow") or {}),
        retries=number(retry, "MaximumRetryAttempts", 0, 185),
        longest=timedelta(seconds=number(retry, "MaximumEventAgeInSeconds", 60, 86400)),
        ends_with_last_firing=body.get("ActionAfterCompletion") == "DELETE",
    )


def name_of(text: str) -> str:
    """A name of a schedule or group."""
    if not NAME.fullmatch(text):
        raise RefusedError(f"Value '{text}' at 'name' must satisfy ^[0-9a-zA-Z-_.]+$ and have at most 64 characters")
    return text


def one_of(body: Body, field: str, *values: str) -> None:
    """Check an enumeration that may be left out."""
    if body.get(field, values[0]) not in values:
        raise RefusedError(f"Value '{body[field]}' at '{field}' must satisfy enum value set: [{', '.join(values)}]")


def number(body: Body, field: str, low: int, high: int) -> int:
    """Check a whole number."""
    value = body[field]
    if not isinstance(value, int) or not low <= value <= high:
        raise RefusedError(f"Value '{value}' at '{field}' must be between {low} and {high}")
    return value


def _target(given: Body) -> dict[str, Any]:
    retry = {**RETRY_DEFAULTS, **(given.get("RetryPolicy") or {})}
    target = {**given, "RetryPolicy": retry}
    if not str(target.get("Arn", "")).startswith("arn:"):
        raise RefusedError("Value at 'target.arn' is not an ARN")
    if not _ROLE.fullmatch(str(target.get("RoleArn", ""))):
        raise RefusedError("Value at 'target.roleArn' is not a role's ARN")
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if queue is not None and not _QUEUE.fullmatch(queue):
        raise RefusedError("Value at 'target.deadLetterConfig.arn' is not a standard queue's ARN")
    _check_input(target)
    return target


def _check_input(target: Body) -> None:
    text = target.get("Input")
    if text is None:
        return
    if not isinstance(text, str) or not text:
        raise RefusedError("Value at 'target.input' must have length greater than or equal to 1")
    if target["Arn"].split(":")[2] in _JSON_TARGETS:
        _try(lambda: json.loads(text), "Target.Input is not well-formed JSON")


def _window(given: Body) -> timedelta:
    if given.get("Mode") not in ("OFF", "FLEXIBLE"):
        raise RefusedError("Value at 'flexibleTimeWindow.mode' must satisfy enum value set: [OFF, FLEXIBLE]")
    if given["Mode"] == "OFF":
        if given.get("MaximumWindowInMinutes") is not None:
            raise RefusedError("MaximumWindowInMinutes must not be set when the mode is OFF")
        return timedelta()
    if given.get("MaximumWindowInMinutes") is None:
        raise RefusedError("MaximumWindowInMinutes must be set when the mode is FLEXIBLE")
    return timedelta(minutes=number(given, "MaximumWindowInMinutes", 1, 1440))


def _timing(body: Body, now: datetime) -> Timing:
    text = str(body.get("ScheduleExpression", ""))
    if len(text) > 256:
        raise RefusedError("Value at 'scheduleExpression' must have length less than or equal to 256")
    expression: Expression = _try(lambda: parse(text), f"Invalid Schedule Expression {text}.")
    start, end = _moment(body.get("StartDate")), _moment(body.get("EndDate"))
    if not isinstance(expression, At):
        _check_dates(start, end, now)
    return Timing(expression=expression, zone=_zone(body), start=start, end=end)


def _zone(body: Body) -> ZoneInfo:
    name = body.get("ScheduleExpressionTimezone", "UTC")
    refusal = "The provided ScheduleExpressionTimezone is not a valid time zone."
    if not isinstance(name, str) or not 1 <= len(name) <= 50:
        raise RefusedError(refusal)
    zone: ZoneInfo = _try(lambda: ZoneInfo(name), refusal)
    return zone


def _check_dates(start: datetime | None, end: datetime | None, now: datetime) -> None:
    if start and start < now - _OLDEST_START:
        raise RefusedError("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if end and end <= now:
        raise RefusedError("The EndDate you specify cannot be in the past.")
    if start and end and start >= end:
        raise RefusedError("The StartDate you specify must come before the EndDate.")


def _moment(given: Any) -> datetime | None:
    """A time as the API has it, in seconds since 1970, or as CloudFormation has it."""
    if given is None:
        return None
    if isinstance(given, int | float):
        return datetime.fromtimestamp(given, UTC)
    moment: datetime = _try(lambda: datetime.fromisoformat(given), f"{given} is not a time")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _try(make: Callable[[], Any], refusal: str) -> Any:
    try:
        return make()
    except (ValueError, KeyError, OSError) as error:  # KeyError, OSError: names that no zone has
        raise RefusedError(refusal) from error
