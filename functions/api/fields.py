"""The kinds of values that documents hold, and what is said of a wrong one."""

import re
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from functions.jobs.job import MAX_ID, is_job_id

_SCHEDULE_ID = re.compile(r"[a-z0-9][a-z0-9-]*[a-z0-9]")
# An SSM parameter by name or ARN, or a Secrets Manager secret by ARN (with its JSON key, stage and version).
# ECS API Reference, Secret: valueFrom.
_SECRET_SOURCE = re.compile(r"arn:[\w-]+:(ssm|secretsmanager):[\w-]*:\d*:.+|/?[\w.-]+(/[\w.-]+)*")


def _whole(number: float) -> float:
    """32.0 is echoed as 32: clients of Metronome read whole numbers."""
    return int(number) if number == int(number) else number


def _job_id(text: str) -> str:
    if not is_job_id(text):
        raise ValueError(
            f"'{text}' is not a job id: a-z, 0-9 and inner dashes, in segments joined by dots, at most {MAX_ID} in all."
        )
    return text


def _schedule_id(text: str) -> str:
    if not _SCHEDULE_ID.fullmatch(text):
        raise ValueError(f"'{text}' is not a schedule id: at least two of a-z, 0-9 and inner dashes.")
    return text


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as unknown:  # OSError: a folder of zones, such as "Europe"
        raise ValueError(f"'{text}' is not a time zone: give one like 'Europe/Rome' or 'UTC'.") from unknown
    return text


def _secret_source(text: str) -> str:
    if not _SECRET_SOURCE.fullmatch(text):
        raise ValueError("must be an SSM parameter's name or ARN, or a Secrets Manager secret's ARN.")
    return text


def not_yet(what: str) -> BeforeValidator:
    """A field that may be there only if it is empty."""

    def refuse(value: Any) -> Any:
        if value:
            raise ValueError(f"{what} is not supported: leave it out.")
        return value

    return BeforeValidator(refuse)


def _absent_if_empty(value: Any) -> Any:
    """The dcos client sends an empty string or 0 for what its file leaves out."""
    return value or None


Number = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_whole)]
Text = Annotated[str, Field(min_length=1)]
JobId = Annotated[str, AfterValidator(_job_id)]
ScheduleId = Annotated[str, AfterValidator(_schedule_id)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
SecretSource = Annotated[Text, AfterValidator(_secret_source)]
AbsentIfEmpty = BeforeValidator(_absent_if_empty)
