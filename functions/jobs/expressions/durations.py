"""Durations in the form of Go's time.ParseDuration (its package time): `1h30m`, `1.5h`, `90s`, `60000ms`."""

import re
from dataclasses import dataclass

_MICROSECOND, _SECOND = 10**3, 10**9  # in nanoseconds
_UNITS = {
    "ns": 1,
    "us": _MICROSECOND,
    "\u00b5s": _MICROSECOND,  # the micro sign
    "\u03bcs": _MICROSECOND,  # the Greek letter mu
    "ms": 10**6,
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 3600 * _SECOND,
}
_PART = re.compile(rf"([0-9]+\.?[0-9]*|\.[0-9]+)({'|'.join(_UNITS)})")
_LONGEST = 2**63 - 1  # nanoseconds, Go's limit: about 292 years
_MOST_CHARACTERS = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit that a duration must be a whole number of.

    Of 59s in minutes and 500ms in seconds both can be said: not whole, and under one. AWS Copilot, whose files these
    come from, says the first of `@every` and the second of a timeout.
    """

    name: str
    nanoseconds: int
    under_one_comes_first: bool = False


SECONDS = Unit(name="second", nanoseconds=_SECOND, under_one_comes_first=True)
MINUTES = Unit(name="minute", nanoseconds=60 * _SECOND)


def read_whole(text: str, unit: Unit) -> int:
    """How many of these units a duration has, 1 or more.

    Raises ValueError with a sentence if the text is no duration, not a whole number of the unit, or less than one.
    """
    nanoseconds = _nanoseconds(text)
    whole, rest = divmod(nanoseconds, unit.nanoseconds)
    if rest and not (unit.under_one_comes_first and whole < 1):
        raise ValueError(
            f"'{text}' is not a whole number of {unit.name}s: round it up to {max(whole + 1, 1)}{_sign(unit)}"
        )
    if whole < 1:
        raise ValueError(f"'{text}' is under one {unit.name}: the shortest is 1{_sign(unit)}")
    return whole


def _sign(unit: Unit) -> str:
    return unit.name[0]


def _nanoseconds(text: str) -> int:
    """The duration, cut off below a nanosecond; raises ValueError."""
    unsigned = text[1:] if text[:1] in ("+", "-") else text
    parts = [] if len(text) > _MOST_CHARACTERS else _PART.findall(unsigned)
    known = unsigned == "0" or (parts and "".join(number + unit for number, unit in parts) == unsigned)
    total = sum(_cut_off(number, _UNITS[unit]) for number, unit in parts)
    if not known or total > _LONGEST:
        raise ValueError(
            f"'{text[:40]}' is no duration: write hours, minutes and seconds together, such as 1h30m or 90s"
        )
    return -total if text.startswith("-") else total


def _cut_off(number: str, nanoseconds: int) -> int:
    whole, _, decimals = number.partition(".")
    scale: int = 10 ** len(decimals)
    return int(whole + decimals) * nanoseconds // scale
