"""Translate cron expressions between the Unix form and the form that EventBridge Scheduler takes.

The latter is in its user guide, "Schedule types in EventBridge Scheduler", under "Cron-based schedules". The guide does
not mention these, so the translation does not use them: steps in day-of-week, ranges that wrap, LW, a name before L or
#, and L, W or # in a list.
"""

import calendar
import re
from collections.abc import Iterable

from functions.jobs.cron.expression import LEAP_YEAR, MAX_CHARACTERS, Cron
from functions.jobs.cron.field import DAY_OF_MONTH, DAY_OF_WEEK, HOUR, MINUTE, MONTH, YEAR, Field, FieldRule

_SATURDAY = 6  # as Unix numbers the days
AWS_DAY_OF_WEEK = FieldRule(
    name="day-of-week",
    low=1,
    high=7,
    count=7,
    names=dict(zip(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), range(1, 8), strict=True)),
    special=r"L|([A-Z0-9]+)(?:L|#([0-9]{1,4}))",
    hint=" (1 is Sunday) or SUN-SAT, and not L (Saturday) or a form such as 6L (the last Friday) or 6#2 (the second)",
)


def aws_weekdays(unix: Field) -> Field:
    """Translate a day-of-week field from Unix's numbers, SUN=0 or 7, to AWS's, SUN=1. Names stay."""
    items = unix.written.replace("?", "*").split(",")
    return Field.parse(AWS_DAY_OF_WEEK, ",".join(map(_shifted, items)))


def unix_weekdays(aws: Field) -> Field:
    """Translate a day-of-week field from AWS's numbers to Unix's. Its text stays, because the caller knows that."""
    if "L" in aws.special:
        return Field(aws.written, aws.text, frozenset({_SATURDAY}), frozenset())  # the last day of the week
    special = frozenset(f"{int(item[0]) - 1}{item[1:]}" for item in aws.special)
    return Field(aws.written, aws.text, frozenset(value - 1 for value in aws.values), special)


def plain_days(field: Field) -> frozenset[int]:
    """Return the numbers of a day field, and those on which its L, W and # can fall."""
    return field.values.union(*map(_falls_on, field.special))


def stands_alone(field: Field) -> bool:
    """Return whether the field is a single L, W or # in a form that AWS takes."""
    return bool(field.special) and "," not in field.written and "LW" not in field.special


def spelled(rule: FieldRule, field: Field) -> str:
    """Return the field as it was written if AWS takes that; otherwise spelled out, if necessary with more days."""
    if stands_alone(field):
        return "".join(field.special)
    if field.special:
        return _listed(plain_days(field))
    items = field.written.replace("?", "*").split(",")
    parts = ",".join(_item(rule, item) for item in items).split(",")
    return "*" if "*" in parts else ",".join(dict.fromkeys(parts))


def shortest(field: Field) -> str:
    """Return the field's numbers with as few characters as ranges allow."""
    runs: list[list[int]] = []
    for number in sorted(plain_days(field)):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _shifted(item: str) -> str:
    """Translate an item of day-of-week to AWS's numbers."""
    shifted = re.sub("(?<![#/0-9])[0-9]+", lambda digits: str(int(digits[0]) % 7 + 1), item)
    unix, aws = Field.parse(DAY_OF_WEEK, item), Field.parse(AWS_DAY_OF_WEEK, shifted)
    meant = frozenset(value % 7 + 1 for value in unix.values)
    return shifted if aws.values == meant else _listed(meant)  # they differ for 0-7, which has Sunday at both ends


def _item(rule: FieldRule, item: str) -> str:
    """Return an item of numbers as AWS takes it: as a list if AWS has no other form for it."""
    item = re.sub("(?<![0-9])0+(?=[0-9]{2})", "", item)  # keep two digits (00 09), which are common
    span, _, step = item.partition("/")
    first, _, last = span.partition("-")
    wraps = last and rule.number(first) > rule.number(last)
    if not wraps and not (step and (rule is AWS_DAY_OF_WEEK or int(step) == rule.count)):
        return item if span else f"*{item}"
    values = Field.parse(rule, item).values
    return "*" if len(values) == rule.count else _listed(values)


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, sorted(numbers)))


def _falls_on(special: str) -> frozenset[int]:
    """Return the days on which an L or W of day-of-month, or an L or # of day-of-week, can fall."""
    if special in ("L", "LW"):
        return frozenset(
            range(28 if special == "L" else 26, 32)
        )  # the last weekday: up to two days before the last day
    if not special.endswith("W"):
        return frozenset({int(special[0])})
    day = int(special[:-1])
    low, high = (day - 2 if day >= 28 else day - 1), (3 if day == 1 else day + 1)  # at a month's ends: two days off
    return frozenset(range(max(low, 1), min(high, 31) + 1))


_RULES = (MINUTE, HOUR, DAY_OF_MONTH, MONTH, AWS_DAY_OF_WEEK, YEAR)
_DAYS, _WEEKDAYS = 2, 4  # positions of the day fields
_EVERY_YEAR = Field.parse(YEAR, "*")


def to_aws(cron: Cron) -> str:
    """Translate a Unix expression to `cron(...)`; raises ValueError if that is too long for AWS.

    It fires when the expression does. If AWS cannot express the days (both day fields are given, or a list has L, W or
    #), it also fires on other days, and `Cron.names` tells which days are meant.
    """
    weekdays = aws_weekdays(cron.day_of_week)
    fields = (cron.minute, cron.hour, cron.day_of_month, cron.month, weekdays, cron.year or _EVERY_YEAR)
    return _expression(fields, unnamed=_WEEKDAYS if _days_are_rarer(fields) else _DAYS)


def read_aws(text: str) -> tuple[Cron, str]:
    """Read the text inside `cron(...)`: return its meaning, and the expression for AWS.

    The latter is the text in capitals, with steps of weekdays and ranges that wrap spelled out. Raises ValueError with
    a sentence for the user.
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
        if field.special and "," in field.written:  # the guide refuses 3#1,6#3, and does not mention the others
            raise ValueError(
                f"cron(...): L, W and # cannot be in a list such as '{field.written}': use several schedules"
            )
    cron = Cron(
        minute=minute, hour=hour, day_of_month=days, month=month, day_of_week=unix_weekdays(weekdays), year=year
    )
    cron.refuse_dates_that_never_come()
    return cron, _expression(fields, unnamed=parts.index("?"))


def _refuse_question_marks(parts: list[str]) -> None:
    if (parts[_DAYS] == "?") == (parts[_WEEKDAYS] == "?"):
        raise ValueError(
            "cron(...): exactly one of day-of-month and day-of-week must be '?': for example cron(0 9 ? * 2-6 *)"
        )
    if parts.count("?") > 1:
        raise ValueError("cron(...): only day-of-month or day-of-week can be '?': write '*' in the other fields")


def _expression(fields: tuple[Field, ...], unnamed: int) -> str:
    parts = [spelled(rule, field) for rule, field in zip(_RULES, fields, strict=True)]
    if len(_joined(parts, unnamed)) > MAX_CHARACTERS:
        parts = [
            part if stands_alone(field) else min(part, shortest(field), key=len)
            for part, field in zip(parts, fields, strict=True)
        ]
    if len(expression := _joined(parts, unnamed)) > MAX_CHARACTERS:
        raise ValueError(
            f"cron: longer than {MAX_CHARACTERS} characters for AWS: use ranges and steps, or several schedules"
        )
    return expression


def _joined(parts: list[str], unnamed: int) -> str:
    return f"cron({' '.join('?' if place == unnamed else part for place, part in enumerate(parts))})"


def _days_are_rarer(fields: tuple[Field, ...]) -> bool:
    """Return whether day-of-month alone fires less often than day-of-week alone. `*` is never the rarer."""
    days, months, weekdays = fields[_DAYS], fields[3].values, fields[_WEEKDAYS]
    if "*" in weekdays.text.split(","):
        return True
    if "*" in days.text.split(","):
        return False
    lengths = [calendar.monthrange(LEAP_YEAR, month)[1] for month in months]
    by_days = len(lengths) if stands_alone(days) else sum(day <= last for last in lengths for day in plain_days(days))
    by_weekdays = len(lengths) if stands_alone(weekdays) else len(plain_days(weekdays)) * sum(lengths) / 7
    return by_days <= by_weekdays
