"""The documents about schedules. Names, defaults and limits are Metronome's where it has them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from functions.api.documents.fields import Broken, JobId, OpenDocument, refuse
from functions.api.documents.parameters import Values
from functions.api.http import time_json
from functions.jobs.cron.field import YEAR
from functions.jobs.expressions.expression import Expression, parse, parse_cron, zone_name

MIN_DEADLINE, MAX_DEADLINE = 60, 10**9
MAX_JITTER = 24 * 60 * 60  # Scheduler API Reference, FlexibleTimeWindow: at most 1,440 minutes
_TIME = {"type": "string", "format": "date-time", "examples": ["2026-01-02T03:04:05Z"]}


def _readable(read: Callable[[str], Expression]) -> AfterValidator:
    """Return a validator that reads a text and keeps it as written: Scheduler gets its names of months and days."""

    def check(text: str) -> str:
        read(text)
        return " ".join(text.split())

    return AfterValidator(check)


def _deadline(seconds: int) -> int:
    if not MIN_DEADLINE <= seconds <= MAX_DEADLINE:
        raise ValueError(f"got {seconds} seconds, expected 1 minute or more, and at most {MAX_DEADLINE} seconds")
    return seconds


def _time(text: str) -> str:
    """Return a time in the form of answers. A time without an offset is in UTC."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise ValueError(f"'{text}' is not a time. Use ISO 8601, such as 2026-01-02T03:04:05Z.") from wrong
    if not YEAR.low < time.year < YEAR.high:
        raise ValueError(f"{text} is out of range. Use a year from {YEAR.low + 1} to {YEAR.high - 1}.")
    # Scheduler's times have whole seconds: with a fraction, the first firing would be before `startsAt`.
    return time_json((time if time.tzinfo else time.replace(tzinfo=UTC)).replace(microsecond=0))


Zone = Annotated[
    str, AfterValidator(zone_name), Field(description="The IANA name of a time zone.", examples=["Europe/Rome"])
]
Time = Annotated[str, AfterValidator(_time), Field(json_schema_extra=_TIME)]
Cron = Annotated[str, Field(min_length=1), _readable(parse_cron)]
AnyExpression = Annotated[str, Field(min_length=1), _readable(parse)]


class JobScheduleDocument(OpenDocument):
    """A schedule in a job document. It has either `cron` or `expression`."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["cron"]}, {"required": ["expression"]}]})
    id: Annotated[JobId, Field(description="The schedule's name within the job.", examples=["nightly"])]
    cron: Annotated[
        Cron | None,
        Field(
            description="minute hour day-of-month month day-of-week [year]. Both day fields must match.",
            examples=["0 3 * * *"],
        ),
    ] = None
    expression: Annotated[
        AnyExpression | None,
        Field(
            description="A cron expression, also with TZ=Zone before it; @daily and the like; @every 1h30m; rate(), "
            "cron() and at() of EventBridge Scheduler; or none.",
            examples=["@every 1h30m"],
        ),
    ] = None
    timezone: Zone = "UTC"
    startingDeadlineSeconds: Annotated[
        int,
        AfterValidator(_deadline),
        Field(
            description="The starting deadline: the seconds by which a run may start late.",
            examples=[900],
            json_schema_extra={"minimum": MIN_DEADLINE, "maximum": MAX_DEADLINE},
        ),
    ] = 900
    concurrencyPolicy: Annotated[
        Literal["ALLOW", "FORBID", "REPLACE", "QUEUE"],
        BeforeValidator(lambda policy: "ALLOW" if policy == "" else policy),  # so the dcos client leaves it out
        Field(
            description="What a firing does while a run of the job is active: it starts another run (ALLOW), is "
            "skipped (FORBID), stops that run and starts its own (REPLACE) or waits for the end (QUEUE).",
            examples=["FORBID"],
        ),
    ] = "ALLOW"
    enabled: Annotated[bool, Field(description="Whether the schedule fires.", examples=[True])] = True
    startsAt: Annotated[Time | None, Field(description="The earliest firing. A rate fires first at this time.")] = None
    endsAt: Annotated[Time | None, Field(description="The end. The schedule does not fire from this time on.")] = None
    jitterSeconds: Annotated[
        int | None,
        Field(
            description="The length of a window in seconds, rounded up to minutes. The schedule fires at a random "
            "time in it.",
            examples=[300],
            ge=0,
            le=MAX_JITTER,
        ),
    ] = None
    parameters: Annotated[
        Values | None,
        Field(description="Values of the job's parameters, or of texts in its env.", examples=[{"LEVEL": "debug"}]),
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _as_the_dcos_client_sends_it(cls, values: Any) -> Any:
        """Read the client's `timeZone` as `timezone`; Metronome drops it without an error."""
        if isinstance(values, dict) and values.get("timeZone") and not values.get("timezone"):
            return {**values, "timezone": values["timeZone"]}
        return values

    @model_validator(mode="after")
    def _together(self) -> "JobScheduleDocument":
        refuse(self._broken())
        if self.expression and (zone := parse(self.expression).timezone):
            self.timezone = zone
        return self

    def _broken(self) -> Iterator[Broken]:
        if (self.cron is None) == (self.expression is None):
            yield Broken(("cron",), "Give either cron or expression.")
            return
        expression = parse(self.expression) if self.expression else None
        named = expression and expression.timezone
        if named and "timezone" in self.model_fields_set and self.timezone != named:
            yield Broken(("timezone",), f"is {self.timezone}, but the expression has {named}. Leave one of them out.")
        if expression:
            try:
                expression.check(ZoneInfo(named or self.timezone))
            except ValueError as wrong:
                yield Broken(("expression",), str(wrong))
        if self.startsAt and self.endsAt and self.startsAt >= self.endsAt:
            yield Broken(("endsAt",), "is not later than startsAt. Use a later time.")


class ScheduleDocument(JobScheduleDocument):
    """A schedule of a job."""

    id: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9][a-z0-9-]*[a-z0-9]$",
            max_length=400,
            description="The schedule's name within the job: a-z, 0-9 and inner dashes, at least two characters.",
            examples=["nightly"],
        ),
    ]
