"""What may stand in each field of a cron expression, in Metronome's dialect (cron-utils, as in its CronSpec.scala)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldRule:
    """What may stand in a field: `count` numbers from `low` on, up to `high` as written (7 is Sunday again)."""

    name: str
    low: int
    high: int
    count: int
    names: Mapping[str, int] = field(default_factory=dict)
    special: str = r"(?!)"  # regular expression of what is not a number, range or step; matches nothing unless given
    hint: str = ""
    wraps: bool = True

    def canonical(self, number: int) -> int:
        """The one number that stands for this value: 7 becomes 0."""
        return (number - self.low) % self.count + self.low

    def number(self, text: str) -> int:
        """The number that `text` names; raises ValueError."""
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
    hint=", nor L (the last day), LW (the last weekday) or such as 15W (the weekday nearest to the 15th)",
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
    hint=" (0 and 7 are Sunday) or SUN-SAT, nor such as 5L (the last Friday) or 5#2 (the second)",
)
# The years of EventBridge Scheduler (its user guide, "Cron-based schedules"); Metronome sets no bound
YEAR = FieldRule(name="year", low=1970, high=2199, count=230, wraps=False)
