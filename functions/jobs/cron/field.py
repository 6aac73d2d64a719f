"""One field of a cron expression, read.

cronsim reads fields too, but it knows no ranges that wrap (fri-mon), no W and no canonical form, and its errors say
no more than the field's name.
"""

import re
from dataclasses import dataclass, field

from functions.jobs.cron.rules import FieldRule

_PLAIN = re.compile(r"(\*|[A-Z0-9]+|(?=/))(?:-([A-Z0-9]+))?(?:/([0-9]{1,4}))?")
_MOST_WEEKDAYS_IN_A_MONTH = 5


@dataclass(frozen=True, slots=True)
class Field:
    """A field as it was read.

    written     in capital letters, with the names that the caller used (for a translation that keeps them)
    text        canonical, as Metronome echoes it: numbers for names, 0 for Sunday alone, `*` for `*/1` and `?`
    values      the plain numbers, ranges and steps spelled out
    special     the rest, canonical: L, LW, 15W in day-of-month; 5L, 5#2 in day-of-week
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
    """The canonical form of an item with L, W or #."""
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
    """The canonical form of an item of numbers, and the numbers, which may run past the highest."""
    found = _PLAIN.fullmatch(item)
    if not found:
        raise ValueError(f"{rule.name}: '{item}' is no number, range such as 1-5, step such as */5 or list of these")
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
