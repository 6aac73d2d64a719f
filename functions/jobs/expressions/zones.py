"""The names of time zones."""

from zoneinfo import ZoneInfo

_LONGEST = 50  # characters, as EventBridge Scheduler has it for ScheduleExpressionTimezone (its API, CreateSchedule)


def zone_name(text: str) -> str:
    """The name of a time zone that exists, as it came; raises ValueError with a sentence."""
    if len(text) > _LONGEST:
        raise ValueError(f"a time zone's name has at most {_LONGEST} characters: give one like 'Europe/Rome' or 'UTC'")
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as unknown:  # OSError: a folder of zones, such as "Europe"
        raise ValueError(_unknown(text)) from unknown
    # zoneinfo also reads the database's own files, such as posix/Europe/Rome and localtime; Factory is a place to none.
    if not text[:1].isupper() or text == "Factory":
        raise ValueError(_unknown(text))
    return text


def _unknown(text: str) -> str:
    return f"'{text}' is not a time zone: give one like 'Europe/Rome' or 'UTC'"
