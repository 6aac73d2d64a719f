"""A schedule as the table keeps it, and its concurrency policy."""

from enum import StrEnum
from typing import Literal, NotRequired, TypedDict


class Policy(StrEnum):
    """What a firing does while a run of the job is active: start anyway, skip, stop that run first, or wait."""

    ALLOW = "ALLOW"
    FORBID = "FORBID"
    REPLACE = "REPLACE"
    QUEUE = "QUEUE"


class Schedule(TypedDict):
    """A schedule with all defaults filled in; times are ISO 8601.

    It has either `cron` (Metronome's dialect) or `expression`. A rate counts from `anchor` on.
    """

    id: str
    cron: NotRequired[str]
    expression: NotRequired[str]
    timezone: str
    startingDeadlineSeconds: int
    concurrencyPolicy: Literal["ALLOW", "FORBID", "REPLACE", "QUEUE"]
    enabled: bool
    startsAt: NotRequired[str]
    endsAt: NotRequired[str]
    jitterSeconds: NotRequired[int]
    parameters: NotRequired[dict[str, str]]
    anchor: NotRequired[str]
