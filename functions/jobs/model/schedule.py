"""A schedule, as it is kept: when a job runs by itself, and what a firing does then."""

from enum import StrEnum
from typing import NotRequired, TypedDict


class Policy(StrEnum):
    """What a firing does while a run of the job is active: start all the same, not start, stop that run, wait."""

    ALLOW = "ALLOW"
    FORBID = "FORBID"
    REPLACE = "REPLACE"
    QUEUE = "QUEUE"


class Schedule(TypedDict):
    """A schedule's document, with its defaults filled in. Times are ISO 8601.

    It has either `cron` (Metronome's dialect) or `expression`. `anchor` is the moment that a rate counts from.
    """

    id: str
    cron: NotRequired[str]
    expression: NotRequired[str]
    timezone: str
    startingDeadlineSeconds: int
    concurrencyPolicy: str
    enabled: bool
    startsAt: NotRequired[str]
    endsAt: NotRequired[str]
    jitterSeconds: NotRequired[int]
    parameters: NotRequired[dict[str, str]]
    anchor: NotRequired[str]
