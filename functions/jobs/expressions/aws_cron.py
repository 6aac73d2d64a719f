"""Between Unix's cron expressions and those of EventBridge Scheduler, both ways.

AWS takes six fields, the last of them the year, numbers the days of the week from SUN=1, and wants `?` in exactly one
of the two day fields (the user guide of EventBridge Scheduler, "Schedule types in EventBridge Scheduler").
"""

import calendar

from functions.jobs.cron.expression import Cron
from functions.jobs.cron.field import Field
from functions.jobs.cron.rules import DAY_OF_MONTH, HOUR, MINUTE, MONTH, YEAR
from functions.jobs.expressions.aws_fields import (
    AWS_DAY_OF_WEEK,
    aws_weekdays,
    plain_days,
    shortest,
    spelled,
    stands_alone,
    unix_weekdays,
)

_RULES = (MINUTE, HOUR, DAY_OF_MONTH, MONTH, AWS_DAY_OF_WEEK, YEAR)
_DAYS, _WEEKDAYS = 2, 4  # places of the day fields
_EVERY_YEAR = Field.parse(YEAR, "*")
_LONGEST = 256  # characters, as EventBridge Scheduler has it for ScheduleExpression (its API, CreateSchedule)
_A_LEAP_YEAR = 2024


def to_aws(cron: Cron) -> str:
    """`cron(...)` for a Unix expression; raises ValueError if it is too long for AWS.

    It fires when the expression does. Where AWS cannot say the days (both fields given, or a list with L, W or #) it
    fires on more of them: then `Cron.names` tells which are meant.
    """
    weekdays = aws_weekdays(cron.day_of_week)
    fields = (cron.minute, cron.hour, cron.day_of_month, cron.month, weekdays, cron.year or _EVERY_YEAR)
    return _expression(fields, unnamed=_WEEKDAYS if _days_are_rarer(fields) else _DAYS)


def read_aws(text: str) -> tuple[Cron, str]:
    """What stands within `cron(...)`: its meaning, and the expression for AWS; raises ValueError with a sentence.

    The latter is as it came, in capitals, but that steps of weekdays and ranges that wrap are spelled out.
    """
    parts = text.upper().split()
    if len(parts) != len(_RULES):
        raise ValueError(
            "cron(...): expected 6 fields (minutes hours day-of-month month day-of-week year), "
            f"found {len(parts)}: for example cron(0 9 ? * 2-6 *)"
        )
    _refuse_question_marks(parts)
    fields = tuple(map(Field.parse, _RULES, parts))
    minute, hour, days, month, weekdays, year = fields
    for field in (days, weekdays):
        if field.special and "," in field.written:  # "3#1,6#3" is refused by name; of the others the page says nothing
            raise ValueError(f"cron(...): L, W and # stand alone, not in a list such as '{field.written}'")
    cron = Cron(
        minute=minute, hour=hour, day_of_month=days, month=month, day_of_week=unix_weekdays(weekdays), year=year
    )
    cron.refuse_dates_that_never_come()
    return cron, _expression(fields, unnamed=parts.index("?"))


def _refuse_question_marks(parts: list[str]) -> None:
    if (parts[_DAYS] == "?") == (parts[_WEEKDAYS] == "?"):
        raise ValueError(
            "cron(...): '?' stands in exactly one of day-of-month and day-of-week: for example cron(0 9 ? * 2-6 *)"
        )
    if parts.count("?") > 1:
        raise ValueError("cron(...): '?' stands in day-of-month or day-of-week only: write '*' in the other fields")


def _expression(fields: tuple[Field, ...], unnamed: int) -> str:
    parts = [spelled(rule, field) for rule, field in zip(_RULES, fields, strict=True)]
    if len(_joined(parts, unnamed)) > _LONGEST:
        parts = [
            part if stands_alone(field) else min(part, shortest(field), key=len)
            for part, field in zip(parts, fields, strict=True)
        ]
    if len(expression := _joined(parts, unnamed)) > _LONGEST:
        raise ValueError(f"cron: longer than {_LONGEST} characters for AWS: use ranges and steps, or several schedules")
    return expression


def _joined(parts: list[str], unnamed: int) -> str:
    return f"cron({' '.join('?' if place == unnamed else part for place, part in enumerate(parts))})"


def _days_are_rarer(fields: tuple[Field, ...]) -> bool:
    """Whether day-of-month alone fires less often than day-of-week alone; where only one is given, whether it is it."""
    days, months, weekdays = fields[_DAYS], fields[3].values, fields[_WEEKDAYS]
    if "*" in weekdays.text.split(","):
        return True
    if "*" in days.text.split(","):
        return False
    lengths = [calendar.monthrange(_A_LEAP_YEAR, month)[1] for month in months]
    by_days = len(lengths) if stands_alone(days) else sum(day <= last for last in lengths for day in plain_days(days))
    by_weekdays = len(lengths) if stands_alone(weekdays) else len(plain_days(weekdays)) * sum(lengths) / 7
    return by_days <= by_weekdays
