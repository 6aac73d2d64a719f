"""One field of a cron expression in the form that EventBridge Scheduler takes.

What it takes: its user guide, "Schedule types in EventBridge Scheduler", under "Cron-based schedules". Not there, so
not used: steps in day-of-week, ranges that wrap, LW, a name before L or #, and L, W or # in a list.
"""

import re
from collections.abc import Iterable

from functions.jobs.cron.field import Field
from functions.jobs.cron.rules import DAY_OF_WEEK, FieldRule

_SATURDAY = 6  # in Unix's numbers
AWS_DAY_OF_WEEK = FieldRule(
    name="day-of-week",
    low=1,
    high=7,
    count=7,
    names=dict(zip(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), range(1, 8), strict=True)),
    special=r"L|([A-Z0-9]+)(?:L|#([0-9]{1,4}))",
    hint=" (1 is Sunday) or SUN-SAT, nor L (Saturday), such as 6L (the last Friday) or 6#2 (the second)",
)


def aws_weekdays(unix: Field) -> Field:
    """A day-of-week field in AWS's numbers, SUN=1, for one in Unix's, SUN=0 or 7; names stay."""
    items = unix.written.replace("?", "*").split(",")
    return Field.parse(AWS_DAY_OF_WEEK, ",".join(map(_shifted, items)))


def unix_weekdays(aws: Field) -> Field:
    """A day-of-week field in Unix's numbers for one in AWS's; its text stays, as it is what the caller knows."""
    if "L" in aws.special:
        return Field(aws.written, aws.text, frozenset({_SATURDAY}), frozenset())  # the last day of the week
    special = frozenset(f"{int(item[0]) - 1}{item[1:]}" for item in aws.special)
    return Field(aws.written, aws.text, frozenset(value - 1 for value in aws.values), special)


def plain_days(field: Field) -> frozenset[int]:
    """The numbers of a day field, and all those on which its L, W and # can fall."""
    return field.values.union(*map(_falls_on, field.special))


def stands_alone(field: Field) -> bool:
    """Whether the field is one L, W or # in a form that AWS takes."""
    return bool(field.special) and "," not in field.written and "LW" not in field.special


def spelled(rule: FieldRule, field: Field) -> str:
    """The field as it was written, as far as AWS takes it, and else spelled out; more days where it must be."""
    if stands_alone(field):
        return "".join(field.special)
    if field.special:
        return _listed(plain_days(field))
    items = field.written.replace("?", "*").split(",")
    parts = ",".join(_item(rule, item) for item in items).split(",")
    return "*" if "*" in parts else ",".join(dict.fromkeys(parts))


def shortest(field: Field) -> str:
    """The field's numbers with as few characters as ranges allow."""
    runs: list[list[int]] = []
    for number in sorted(plain_days(field)):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _shifted(item: str) -> str:
    """An item of day-of-week in AWS's numbers."""
    shifted = re.sub("(?<![#/0-9])[0-9]+", lambda digits: str(int(digits[0]) % 7 + 1), item)
    unix, aws = Field.parse(DAY_OF_WEEK, item), Field.parse(AWS_DAY_OF_WEEK, shifted)
    meant = frozenset(value % 7 + 1 for value in unix.values)
    return shifted if aws.values == meant else _listed(meant)  # 0-7 begins and ends with Sunday


def _item(rule: FieldRule, item: str) -> str:
    """An item of numbers; one that AWS has no form for as a list."""
    item = re.sub("(?<![0-9])0+(?=[0-9]{2})", "", item)  # two digits are common (00 09), more are not
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
    """The days on which an L or W of day-of-month, or an L or # of day-of-week, can fall."""
    if special in ("L", "LW"):
        return frozenset(range(28 if special == "L" else 26, 32))  # a weekday is at most two days before the last day
    if not special.endswith("W"):
        return frozenset({int(special[0])})
    day = int(special[:-1])
    low, high = (day - 2 if day >= 28 else day - 1), (3 if day == 1 else day + 1)  # at a month's ends: two days off
    return frozenset(range(max(low, 1), min(high, 31) + 1))
