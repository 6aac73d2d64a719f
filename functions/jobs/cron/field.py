"""The fields of a cron expression: their rules in Metronome's dialect (cron-utils, CronSpec.scala), and reading one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldRule:
    """The rule of a field: `count` numbers from `low` on, written as `low` to `high` (7 is Sunday again)."""

    name: str
    low: int
    high: int
    count: int
    names: Mapping[str, int] = field(default_factory=dict)
    special: str = r"(?!)"  # regular expression of items other than numbers, ranges and steps; default: none
    hint: str = ""
    wraps: bool = True

    def canonical(self, number: int) -> int:
        """Return the canonical number of a value: 7 becomes 0."""
        return (number - self.low) % self.count + self.low

    def number(self, text: str) -> int:
        """Return the number that `text` names; raises ValueError."""
        number = self.names.get(text, int(text) if re.fullmatch("[0-9]{1,4}", text) else -1)
        if self.low <= number <= self.high:
            return number
        raise ValueError(f"{self.name}: '{text}' is not within {self.low}-{self.high}{self.hint}")


def _names(first: int, words: str) -> dict[str, int]:
    return {word: number for number, word in enumerate(words.split(), first)}


MINUTE = FieldRule(name="minute", low=0, high=59, count=60)
HOUR = FieldRule(name="hour", low=0, high=23, count=24)
DAY_OF_MONTH = FieldRule(
    name="day-of-month",
    low=1,
    high=31,
    count=31,
    special=r"L|LW|([0-9]{1,2})W",
    hint=", and not L (the last day), LW (the last weekday) or a form such as 15W (the weekday nearest to the 15th)",
)
_MONTHS = _names(1, "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC")
MONTH = FieldRule(name="month", low=1, high=12, count=12, names=_MONTHS, hint=" or JAN-DEC")
DAY_OF_WEEK = FieldRule(
    name="day-of-week",
    low=0,
    high=7,
    count=7,
    names=_names(1, "MON TUE WED THU FRI SAT SUN"),
    special=r"([A-Z0-9]+)(?:L|#([0-9]{1,4}))",
    hint=" (0 and 7 are Sunday) or SUN-SAT, and not a form such as 5L (the last Friday) or 5#2 (the second)",
)
# The years of EventBridge Scheduler (its user guide, "Cron-based schedules"); Metronome has no bound.
YEAR = FieldRule(name="year", low=1970, high=2199, count=230, wraps=False)


_PLAIN = re.compile(r"(\*|[A-Z0-9]+|(?=/))(?:-([A-Z0-9]+))?(?:/([0-9]{1,4}))?")
_MOST_WEEKDAYS_IN_A_MONTH = 5


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an expression, as it was read.

    written     the caller's text in capital letters, which a translation can keep
    text        the canonical text, as Metronome echoes it: numbers for names, 0 for Sunday alone, `*` for `*/1` and `?`
    values      the numbers, with ranges and steps spelled out
    special     the other items, canonical: L, LW, 15W in day-of-month; 5L, 5#2 in day-of-week
    """

    written: str = field(compare=False)
    text: str
    values: frozenset[int]
    special: frozenset[str]

    @classmethod
    def parse(cls, rule: FieldRule, written: str) -> "Field":
        """Read a field in capital letters; raises ValueError with a sentence that begins with the field's name."""
        texts, values, special = [], set[int](), set[str]()
        for item in ("*" if written == "?" else written).split(","):
            if found := re.fullmatch(rule.special, item):
                texts.append(_special(rule, found))
                special.add(texts[-1])
            else:
                text, numbers = _plain(rule, item)
                texts.append(text)
                values.update(rule.canonical(number) for number in numbers)
        return cls(written, ",".join(texts), frozenset(values), frozenset(special))


def _special(rule: FieldRule, item: re.Match[str]) -> str:
    """Return the canonical form of an item with L, W or #."""
    named, *nth = item.groups()
    if named is None:
        return item[0]
    value = rule.canonical(rule.number(named))
    if not any(nth):
        return f"{value}{item[0][-1]}"
    if not 1 <= int(nth[0]) <= _MOST_WEEKDAYS_IN_A_MONTH:
        raise ValueError(f"{rule.name}: in '{item[0]}' the number after # is not within 1-{_MOST_WEEKDAYS_IN_A_MONTH}")
    return f"{value}#{int(nth[0])}"


def _plain(rule: FieldRule, item: str) -> tuple[str, range]:
    """Return the canonical form of an item of numbers, and the numbers, which may run past the highest."""
    found = _PLAIN.fullmatch(item)
    if not found:
        raise ValueError(
            f"{rule.name}: '{item}' is not a number, a range such as 1-5, a step such as */5 or a list of these"
        )
    first, last, step = found.groups()
    every = _step(rule, item, step)
    suffix = f"/{every}" if step else ""
    if first in ("*", ""):
        if last:
            raise ValueError(f"{rule.name}: '{item}' has * in a range: write the range's first and last value")
        return "*" if every == 1 else f"*/{every}", range(rule.low, rule.low + rule.count, every)
    if last is None:
        start = rule.canonical(rule.number(first))
        return f"{start}{suffix}", range(start, rule.low + rule.count if step else start + 1, every)
    start, end = rule.number(first), rule.number(last)
    if end < start and not rule.wraps:
        raise ValueError(f"{rule.name}: the range '{item}' runs backwards: write the earlier value first")
    return f"{start}-{end}{suffix}", range(start, end + 1 + (rule.count if end < start else 0), every)


def _step(rule: FieldRule, item: str, step: str | None) -> int:
    if step is not None and not 1 <= int(step) <= rule.count:
        raise ValueError(f"{rule.name}: the step of '{item}' is not within 1-{rule.count}")
    return int(step or 1)
