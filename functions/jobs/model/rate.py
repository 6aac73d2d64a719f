"""A rate: how many times a minute something starts runs. Minutes are counted from 1970 on."""

from datetime import datetime

DEFAULT_RATE = 60  # starts a minute: by one hook, or by the events of one job
MAX_RATE = 600
_MINUTE = 60  # seconds


def minute_of(now: datetime) -> int:
    """Return the minute in which this time is."""
    return int(now.timestamp()) // _MINUTE


def end_of(minute: int) -> int:
    """Return the end of a minute, in seconds since 1970."""
    return (minute + 1) * _MINUTE
