"""Schedules, timeouts and retries as AWS Copilot's manifests have them, and what becomes of them here.

The facts are from its unit tests and from runs of its code (4c858e71); where it lets a wrong schedule through or
refuses a good one, what stands here is what is right.
"""

import pytest
from pydantic import ValidationError

from functions.api.documents.run import RunDocument
from functions.jobs.expressions.expression import parse

ACCEPTED = [
    ("@every 1h30m", "rate(90 minutes)"),
    ("@every 1m", "rate(1 minute)"),
    ("@every 60000ms", "rate(1 minute)"),
    ("@every 48h", "rate(2880 minutes)"),
    ("@every 24h", "rate(1440 minutes)"),
    ("@every 1.5h", "rate(90 minutes)"),
    ("@every 120s", "rate(2 minutes)"),
    ("@every 0h60m60s", "rate(61 minutes)"),
    ("@every 5m", "rate(5 minutes)"),
    ("@every 1h0m0s", "rate(60 minutes)"),
    ("@hourly", "cron(0 * * * ? *)"),
    ("@daily", "cron(0 0 * * ? *)"),
    ("@midnight", "cron(0 0 * * ? *)"),
    ("@weekly", "cron(0 0 ? * 1 *)"),
    ("@monthly", "cron(0 0 1 * ? *)"),
    ("@yearly", "cron(0 0 1 1 ? *)"),
    ("@annually", "cron(0 0 1 1 ? *)"),
    ("* * * * *", "cron(* * * * ? *)"),
    ("* * ? * *", "cron(* * * * ? *)"),
    ("* * * * ?", "cron(* * * * ? *)"),
    ("? ? ? ? ?", "cron(* * * * ? *)"),
    ("* * * * * *", "cron(* * * * ? *)"),
    ("* * * * MON-FRI", "cron(* * ? * MON-FRI *)"),
    ("* * ? * MON", "cron(* * ? * MON *)"),
    ("* * 1 * ?", "cron(* * 1 * ? *)"),
    ("* * 1 * *", "cron(* * 1 * ? *)"),
    ("* * 1 * SUN", "cron(* * 1 * ? *)"),
    ("* * * * 2-6", "cron(* * ? * 3-7 *)"),
    ("0 9 * * 1-5", "cron(0 9 ? * 2-6 *)"),
    ("0 9 * * 0", "cron(0 9 ? * 1 *)"),
    ("0 9 * * 6", "cron(0 9 ? * 7 *)"),
    ("0 9 * * 7", "cron(0 9 ? * 1 *)"),
    ("0 9 * * 0,6", "cron(0 9 ? * 1,7 *)"),
    ("0 9 * * 0-6", "cron(0 9 ? * 1-7 *)"),
    ("0 9 * * */2", "cron(0 9 ? * 1,3,5,7 *)"),
    ("0 9 * * 1-5/2", "cron(0 9 ? * 2,4,6 *)"),
    ("0 9 * * fri-mon", "cron(0 9 ? * 1,2,6,7 *)"),
    ("0 9 */2 * *", "cron(0 9 */2 * ? *)"),
    ("0 9 */2 * 1", "cron(0 9 ? * 2 *)"),
    ("0 9 1 * */2", "cron(0 9 1 * ? *)"),
    ("0 9 1-31/2 * *", "cron(0 9 1-31/2 * ? *)"),
    ("*/15 0-5 1,15 JAN-MAR ?", "cron(*/15 0-5 1,15 JAN-MAR ? *)"),
    ("0 0 1 1 0", "cron(0 0 1 1 ? *)"),
    ("0 9 * * 6L", "cron(0 9 ? * 7L *)"),
    ("0 9 * * 2#1", "cron(0 9 ? * 3#1 *)"),
    ("  0   9  *  *  1 ", "cron(0 9 ? * 2 *)"),
    ("cron(0 * * * ? *)", "cron(0 * * * ? *)"),
    ("cron(0 9 3W * ? *)", "cron(0 9 3W * ? *)"),
    ("cron(0 12 L * ? 2021)", "cron(0 12 L * ? 2021)"),
    ("rate(5 minutes)", "rate(5 minutes)"),
    ("at(2027-01-31T09:00:00)", "at(2027-01-31T09:00:00)"),
    ("none", None),
]


@pytest.mark.parametrize(("text", "aws"), ACCEPTED)
def test_what_aws_is_given(text: str, aws: str | None) -> None:
    assert (parse(text).aws, parse(text).timezone) == (aws, None)


@pytest.mark.parametrize(
    ("text", "aws", "zone"),
    [
        ("TZ=Asia/Tokyo 0 9 * * 1", "cron(0 9 ? * 2 *)", "Asia/Tokyo"),
        ("CRON_TZ=UTC 0 9 * * *", "cron(0 9 * * ? *)", "UTC"),
    ],
)
def test_a_prefix_names_the_time_zone(text: str, aws: str, zone: str) -> None:
    assert (parse(text).aws, parse(text).timezone) == (aws, zone)


UNKNOWN = "is not known: write five fields of cron such as"
NOT_WHOLE, UNDER_ONE = "is not a whole number of minutes", "is under one minute"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a schedule cannot be empty"),
        ("every 4m", UNKNOWN),
        ("every 2 hours", UNKNOWN),
        ("every 56 minutes", UNKNOWN),
        ("@minutely", UNKNOWN),
        ("@reboot", UNKNOWN),
        ("@EVERY 5m", UNKNOWN),
        ("@DAILY", UNKNOWN),
        ("None", UNKNOWN),
        ("nonesuch", UNKNOWN),
        ("@every  5m", "is not a duration"),
        ("@every 1d", "is not a duration"),
        ("@every 402 seconds", "is not a duration"),
        ("@every 89s", NOT_WHOLE),
        ("@every 90s", NOT_WHOLE),
        ("@every 59s", NOT_WHOLE),
        ("@every 30s", NOT_WHOLE),
        ("@every 75.9s", NOT_WHOLE),
        ("@every 3ms", NOT_WHOLE),
        ("@every 0s", UNDER_ONE),
        ("@every 0m", UNDER_ONE),
        ("@every -5m", UNDER_ONE),
        ("* * * malformed *", "month: 'MALFORMED' is not within 1-12"),
        ("0 9 * * none", "day-of-week: 'NONE' is not within 0-7"),
        ("* 24 * * *", "hour: '24' is not within 0-23"),
        ("* * 32 * *", "day-of-month: '32' is not within 1-31"),
        ("* * * 0 *", "month: '0' is not within 1-12"),
        ("* * * * ? *", "is AWS's form"),
        ("0 9 31 2 *", "is a date that never comes"),
        ("rate(la la la)", "expected a whole number and minutes, hours or days"),
    ],
)
def test_what_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse(text)
    assert sentence in str(refusal.value)


RUN = {"cmd": "true", "cpus": 1, "mem": 128, "disk": 0}


@pytest.mark.parametrize(
    ("text", "seconds"), [("", None), ("1h30m", 5400), ("60s", 60), ("1.5m", 90), ("1000ms", 1), ("8760h", 31_536_000)]
)
def test_a_timeout(text: str, seconds: int | None) -> None:
    run = RunDocument.model_validate(RUN | {"timeoutSeconds": text, "attemptTimeoutSeconds": text})
    assert (run.timeoutSeconds, run.attemptTimeoutSeconds) == (seconds, seconds)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("500ms", "'500ms' is under one second: the shortest is 1s"),
        ("0s", "'0s' is under one second: the shortest is 1s"),
        ("-1s", "'-1s' is under one second: the shortest is 1s"),
        ("1s40ms", "'1s40ms' is not a whole number of seconds: round it up to 2s"),
        ("5 hours", "'5 hours' is not a duration: write hours, minutes and seconds together, such as 1h30m or 90s"),
        ("1d", "'1d' is not a duration"),
        ("60", "'60' is not a duration"),
        ("8760h1s", "less than or equal to 31536000"),
    ],
)
@pytest.mark.parametrize("field", ["timeoutSeconds", "attemptTimeoutSeconds"])
def test_a_timeout_that_is_refused(field: str, text: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        RunDocument.model_validate(RUN | {field: text})
    (error,) = refusal.value.errors()
    assert error["loc"][0] == field
    assert sentence in error["msg"]


@pytest.mark.parametrize(("retries", "waits"), [(0, []), (1, [10]), (3, [10, 15, 22.5])])
def test_retries(retries: int, waits: list[float]) -> None:
    retry = RunDocument.model_validate(RUN | {"retry": retries}).retry
    assert retry
    assert retry.attempts == len(waits) + 1
    assert [retry.waitSeconds * retry.factor**n for n in range(len(waits))] == waits
    assert retry.maxWaitSeconds == 24 * 60 * 60, "Copilot's waits have no other limit"
    assert (retry.jitter, retry.rules) == (False, [])


def test_without_retries_there_is_one_attempt() -> None:
    run = RunDocument.model_validate(RUN | {"retry": None, "timeoutSeconds": "1h"})
    assert run.retry is None
    assert run.restart.policy == "NEVER"


@pytest.mark.parametrize(
    ("retries", "sentence"), [(-4, "is -4. Use 0 or more retries."), (100, "is 100. Use at most 99 retries.")]
)
def test_retries_that_are_refused(retries: int, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        RunDocument.model_validate(RUN | {"retry": retries})
