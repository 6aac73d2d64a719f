"""What CreateSchedule and UpdateSchedule refuse, and what they make of what they take."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.schedules.requests import RefusedError, read
from tests.local.schedule_rig import ARN, TARGET

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ROLE = "arn:aws:iam::000000000000:role/scheduler"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:missed"
BODY: dict[str, Any] = {
    "ScheduleExpression": "rate(1 hour)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": TARGET, "RoleArn": ROLE},
}


def target(**fields: Any) -> dict[str, Any]:
    """A request whose target has these."""
    return {"Target": {**BODY["Target"], **fields}}


def ago(**time: float) -> float:
    """Seconds since 1970, as the API has times."""
    return (NOW - timedelta(**time)).timestamp()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ScheduleExpression": "cron(0 0 * * * *)"}, r"Invalid Schedule Expression cron\(0 0 \* \* \* \*\)\."),
        ({"ScheduleExpression": "@daily"}, "Invalid Schedule Expression"),
        ({"ScheduleExpression": f"cron({'0,' * 130}0 0 * * ? *)"}, "256"),
        ({"ScheduleExpressionTimezone": "Mars/Phobos"}, "time zone"),
        ({"ScheduleExpressionTimezone": "../etc"}, "time zone"),
        ({"ScheduleExpressionTimezone": "+02:00"}, "time zone"),
        ({"ScheduleExpressionTimezone": ""}, "time zone"),
        ({"StartDate": ago(minutes=6)}, "5 minutes ago"),
        ({"EndDate": ago(seconds=1)}, "EndDate"),
        ({"StartDate": ago(days=-2), "EndDate": ago(days=-2)}, "before the EndDate"),
        ({"State": "PAUSED"}, "State"),
        ({"ActionAfterCompletion": "ARCHIVE"}, "ActionAfterCompletion"),
        ({"Description": "x" * 513}, "512"),
        ({"FlexibleTimeWindow": {}}, "mode"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "must be set"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1441}}, "1440"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 0}}, "1440"),
        ({"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}}, "must not be set"),
        (target(Arn="dispatch"), "ARN"),
        (target(RoleArn="scheduler"), "roleArn"),
        (target(Input="{'a': 1}"), "JSON"),
        (target(Input=""), "input"),
        (target(RetryPolicy={"MaximumEventAgeInSeconds": 59}), "between 60 and 86400"),
        (target(RetryPolicy={"MaximumEventAgeInSeconds": 86401}), "between 60 and 86400"),
        (target(RetryPolicy={"MaximumRetryAttempts": 186}), "between 0 and 185"),
        (target(DeadLetterConfig={"Arn": QUEUE + ".fifo"}), "standard queue"),
    ],
)
def test_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RefusedError, match=message) as refused:
        read(ARN, {**BODY, **changes}, NOW)
    assert (refused.value.code, refused.value.status) == ("ValidationException", 400)


@pytest.mark.parametrize("name", ["a" * 65, "a b", "ä", ""])
def test_refused_names(name: str) -> None:
    with pytest.raises(RefusedError, match="64"):
        read(f"arn:aws:scheduler:us-east-1:000000000000:schedule/group/{name}", BODY, NOW)


def test_defaults() -> None:
    schedule = read(ARN, BODY, NOW)
    assert (schedule.enabled, schedule.window, schedule.retries) == (True, timedelta(), 185)
    assert (schedule.longest, schedule.ends_with_last_firing) == (timedelta(days=1), False)
    assert schedule.timing.zone.key == "UTC"


def test_everything() -> None:
    retry = {"MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0}
    body = {
        **BODY,
        **target(Input='{"at": "<aws.scheduler.scheduled-time>"}', RetryPolicy=retry, DeadLetterConfig={"Arn": QUEUE}),
        "ScheduleExpressionTimezone": "Europe/Rome",
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1440},
        "StartDate": ago(minutes=4),
        "EndDate": "2027-01-01T00:00:00Z",  # as CloudFormation has it
        "State": "DISABLED",
        "ActionAfterCompletion": "DELETE",
    }
    schedule = read(ARN, body, NOW)
    assert (schedule.enabled, schedule.window, schedule.retries) == (False, timedelta(days=1), 0)
    assert (schedule.longest, schedule.ends_with_last_firing) == (timedelta(minutes=1), True)
    assert schedule.timing.start == NOW - timedelta(minutes=4)
    assert schedule.timing.end == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_single_firing_ignores_dates() -> None:
    assert read(ARN, {**BODY, "ScheduleExpression": "at(2026-07-01T00:00:00)", "StartDate": ago(days=9)}, NOW)


def test_an_input_for_a_queue_may_be_any_text() -> None:
    assert read(ARN, {**BODY, **target(Arn=QUEUE, Input="hello")}, NOW)
