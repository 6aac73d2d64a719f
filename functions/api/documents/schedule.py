"""A schedule, as callers send it. Names, defaults and limits are Metronome's."""

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from functions.api.documents.fields import JobId, OpenDocument
from functions.jobs.cron.expression import Cron


def _cron(text: str) -> str:
    return str(Cron.parse(text))


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as unknown:  # OSError: a folder of zones, such as "Europe"
        raise ValueError(f"'{text}' is not a time zone: give one like 'Europe/Rome' or 'UTC'.") from unknown
    return text


def _deadline(seconds: int) -> int:
    if seconds < 60:
        raise ValueError(f"got {seconds} seconds, expected 1 minute or more")
    return seconds


class JobScheduleDocument(OpenDocument):
    """When a job runs by itself, in the job's own document."""

    id: Annotated[JobId, Field(description="The schedule's name within the job.", examples=["nightly"])]
    cron: Annotated[
        str,
        AfterValidator(_cron),
        Field(
            description="minute hour day-of-month month day-of-week [year]; both kinds of days must match.",
            examples=["0 3 * * *"],
            min_length=1,
        ),
    ]
    timezone: Annotated[
        str, AfterValidator(_time_zone), Field(description="A time zone's IANA name.", examples=["Europe/Rome"])
    ] = "UTC"
    startingDeadlineSeconds: Annotated[
        int,
        AfterValidator(_deadline),
        Field(description="How late a run may start, in seconds.", examples=[900], json_schema_extra={"minimum": 60}),
    ] = 900
    concurrencyPolicy: Annotated[
        Literal["ALLOW", "FORBID", "REPLACE"],
        BeforeValidator(lambda policy: "ALLOW" if policy == "" else policy),  # so the dcos client leaves it out
        Field(description="What a firing does while a run of the job is active.", examples=["FORBID"]),
    ] = "ALLOW"
    enabled: Annotated[bool, Field(description="Whether the schedule is on.", examples=[True])] = True

    @model_validator(mode="before")
    @classmethod
    def _as_the_dcos_client_sends_it(cls, values: Any) -> Any:
        """That client writes `timeZone`, which Metronome loses in silence."""
        if isinstance(values, dict) and values.get("timeZone") and not values.get("timezone"):
            return {**values, "timezone": values["timeZone"]}
        return values


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
