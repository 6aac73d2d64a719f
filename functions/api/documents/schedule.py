"""A schedule, as callers send it. Names, defaults and limits are Metronome's; what it has not is ours."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from functions.api.answers.body import time_json
from functions.api.documents.fields import Broken, JobId, OpenDocument, refuse
from functions.api.documents.parameters import Values
from functions.jobs.cron.field import YEAR
from functions.jobs.expressions.expression import Expression, parse, parse_cron, zone_name

MIN_DEADLINE, MAX_DEADLINE = 60, 10**9
MAX_JITTER = 24 * 60 * 60  # Scheduler API Reference, FlexibleTimeWindow: at most 1,440 minutes
_MOMENT = {"type": "string", "format": "date-time", "examples": ["2026-01-02T03:04:05Z"]}


def _readable(read: Callable[[str], Expression]) -> AfterValidator:
    """The text stays as it was written, if it can be read: what Scheduler gets keeps the names of months and days."""

    def check(text: str) -> str:
        read(text)
        return " ".join(text.split())

    return AfterValidator(check)


def _deadline(seconds: int) -> int:
    if not MIN_DEADLINE <= seconds <= MAX_DEADLINE:
        raise ValueError(f"got {seconds} seconds, expected 1 minute or more, and {MAX_DEADLINE} at most")
    return seconds


def _moment(text: str) -> str:
    """Without an offset a time is one of UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise ValueError(f"'{text}' is not a time: give one like 2026-01-02T03:04:05Z.") from wrong
    if not YEAR.low < moment.year < YEAR.high:
        raise ValueError(f"{text} is not within the years {YEAR.low} to {YEAR.high}.")
    # Scheduler's times have whole seconds: with a fraction the first firing would be before its own start.
    return time_json((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).replace(microsecond=0))


Zone = Annotated[
    str, AfterValidator(zone_name), Field(description="A time zone's IANA name.", examples=["Europe/Rome"])
]
Moment = Annotated[str, AfterValidator(_moment), Field(json_schema_extra=_MOMENT)]


Cron = Annotated[str, Field(min_length=1), _readable(parse_cron)]
AnyExpression = Annotated[str, Field(min_length=1), _readable(parse)]


class JobScheduleDocument(OpenDocument):
    """When a job runs by itself, in the job's own document. It has either `cron` or `expression`."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["cron"]}, {"required": ["expression"]}]})
    id: Annotated[JobId, Field(description="The schedule's name within the job.", examples=["nightly"])]
    cron: Annotated[
        Cron | None,
        Field(
            description="minute hour day-of-month month day-of-week [year]; both kinds of days must match.",
            examples=["0 3 * * *"],
        ),
    ] = None
    expression: Annotated[
        AnyExpression | None,
        Field(
            description="As `cron`, also with TZ=Zone before it; @daily and its like; @every 1h30m; rate(), cron() and "
            "at() of EventBridge Scheduler; none.",
            examples=["@every 1h30m"],
        ),
    ] = None
    timezone: Zone = "UTC"
    startingDeadlineSeconds: Annotated[
        int,
        AfterValidator(_deadline),
        Field(
            description="How late a run may start, in seconds.",
            examples=[900],
            json_schema_extra={"minimum": MIN_DEADLINE, "maximum": MAX_DEADLINE},
        ),
    ] = 900
    concurrencyPolicy: Annotated[
        Literal["ALLOW", "FORBID", "REPLACE", "QUEUE"],
        BeforeValidator(lambda policy: "ALLOW" if policy == "" else policy),  # so the dcos client leaves it out
        Field(
            description="What a firing does while a run of the job is active: starts another, is skipped, replaces it, "
            "waits for its end.",
            examples=["FORBID"],
        ),
    ] = "ALLOW"
    enabled: Annotated[bool, Field(description="Whether the schedule is on.", examples=[True])] = True
    startsAt: Annotated[Moment | None, Field(description="It does not fire before; a rate fires first then.")] = None
    endsAt: Annotated[Moment | None, Field(description="It does not fire from then on.")] = None
    jitterSeconds: Annotated[
        int | None,
        Field(
            description="It fires at some moment of so many seconds, in whole minutes.",
            examples=[300],
            ge=0,
            le=MAX_JITTER,
        ),
    ] = None
    parameters: Annotated[
        Values | None,
        Field(description="Values of the job's parameters, or of texts of its env.", examples=[{"LEVEL": "debug"}]),
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _as_the_dcos_client_sends_it(cls, values: Any) -> Any:
        """That client writes `timeZone`, which Metronome loses in silence."""
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
            yield Broken(("cron",), "give either cron or expression.")
            return
        expression = parse(self.expression) if self.expression else None
        named = expression and expression.timezone
        if named and "timezone" in self.model_fields_set and self.timezone != named:
            yield Broken(("timezone",), f"is {self.timezone}, but expression says {named}: leave one of them out.")
        if expression:
            try:
                expression.check(ZoneInfo(named or self.timezone))
            except ValueError as skipped:
                yield Broken(("expression",), str(skipped))
        if self.startsAt and self.endsAt and self.startsAt >= self.endsAt:
            yield Broken(("endsAt",), "is not later than startsAt.")


class ScheduleDocument(JobScheduleDocument):
    """When a job runs by itself."""

    id: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9][a-z0-9-]*[a-z0-9]$",
            max_length=400,
            description="The schedule's name within the job: a-z, 0-9 and inner dashes, at least two.",
            examples=["nightly"],
        ),
    ]
