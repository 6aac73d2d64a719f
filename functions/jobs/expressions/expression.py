"""A schedule's expression in all its forms, the time zones that may precede it, and the times at which it fires."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, cast
from zoneinfo import ZoneInfo

from functions.jobs.cron.expression import MAX_CHARACTERS, TOO_LONG, Cron
from functions.jobs.expressions.aws_cron import read_aws, to_aws
from functions.jobs.expressions.timers import At, Rate
from functions.jobs.model.schedule import Schedule

_MAX_ZONE = 50  # EventBridge Scheduler's limit for ScheduleExpressionTimezone (its API, CreateSchedule)


def zone_name(text: str) -> str:
    """Check that a time zone of this name exists and return the name; raises ValueError with a sentence."""
    if len(text) > _MAX_ZONE:
        raise ValueError(f"a time zone's name has at most {_MAX_ZONE} characters: give one like 'Europe/Rome' or 'UTC'")
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as unknown:  # OSError: a folder of zones, such as "Europe"
        raise ValueError(_unknown_zone(text)) from unknown
    # zoneinfo also reads the database's own files, such as posix/Europe/Rome and localtime. Factory is no place.
    if not text[:1].isupper() or text == "Factory":
        raise ValueError(_unknown_zone(text))
    return text


def _unknown_zone(text: str) -> str:
    return f"'{text}' is not a time zone: give one like 'Europe/Rome' or 'UTC'"


_SHORTHANDS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_PREFIX = re.compile(r"(?:CRON_)?TZ=(\S*)\s+(.*)", re.DOTALL)
_CALL = re.compile(r"(cron|rate|at)\((.*)\)", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
    """When a schedule fires. Two expressions are equal if they mean the same in the same form.

    text        the canonical text, as answers show it, without the prefix that names a time zone
    aws         the form that EventBridge Scheduler gets; None for `none`. It keeps names and the like as they were
                written, so comparisons leave it out
    timezone    the zone that a prefix TZ= or CRON_TZ= named
    timer       the meaning; None for `none`
    """

    text: str
    aws: str | None = field(compare=False)
    timezone: str | None = None
    timer: Cron | Rate | At | None

    @property
    def is_rate(self) -> bool:
        """Whether this is an interval, which counts from a point in time and asks no clock."""
        return isinstance(self.timer, Rate)

    def check(self, zone: ZoneInfo) -> None:
        """Raise ValueError if this is at(...) and the clocks of the zone skip that time."""
        if isinstance(self.timer, At):
            self.timer.check(zone)

    def aws_timezone(self, zone: ZoneInfo) -> str:
        """Return the zone for EventBridge Scheduler: UTC if the expression asks no clock, see `Cron.next_after`."""
        return "UTC" if isinstance(self.timer, Cron) and self.timer.asks_no_clock(zone) else zone.key

    def next_after(self, moment: datetime, zone: ZoneInfo, anchor: datetime) -> datetime | None:
        """Return the first firing after `moment` by the clocks of `zone`, in UTC; None if there is none.

        `moment` and `anchor` are aware. A rate fires one interval after `anchor`, then two, and so on.
        """
        match self.timer:
            case Rate() as rate:
                return rate.next_after(moment, anchor)
            case None:
                return None
            case timer:
                return timer.next_after(moment, zone)

    def is_due_on(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Return whether the expression means the day that `moment` (aware) has in the zone.

        It is False if AWS fires on more days than the expression names: see `to_aws`.
        """
        return not isinstance(self.timer, Cron) or self.timer.names(moment.astimezone(zone).date())


@lru_cache(maxsize=4096)  # a page of jobs reads each expression several times
def parse(text: str) -> Expression:
    """Read an expression in any form; raises ValueError with one sentence for the user."""
    text = text.strip()
    prefix = _PREFIX.fullmatch(text)
    if not prefix:
        return _parse(text)
    expression = _parse(prefix[2])
    if not isinstance(expression.timer, Cron | At):
        raise ValueError(
            f"'{expression.text}' does not depend on a clock, so it takes no time zone: remove the TZ= before it"
        )
    return replace(expression, timezone=zone_name(prefix[1]))


@lru_cache(maxsize=4096)
def parse_cron(text: str) -> Expression:
    """Read a cron expression in Metronome's dialect; raises ValueError with one sentence for the user."""
    cron = Cron.parse(text)
    return Expression(text=str(cron), aws=to_aws(cron), timer=cron)


def _parse(text: str) -> Expression:
    if len(text) > MAX_CHARACTERS:
        raise ValueError(TOO_LONG)
    if text == "none":
        return Expression(text=text, aws=None, timer=None)
    if text in _SHORTHANDS:
        return replace(parse_cron(_SHORTHANDS[text]), text=text)
    if text.startswith("@every "):
        rate = Rate.every(text.removeprefix("@every "))
        return Expression(text=text, aws=str(rate), timer=rate)
    if call := _CALL.fullmatch(text):
        return _called(call[1], call[2])
    if len(text.split()) in (5, 6) or re.match("[0-9*?/]", text):
        return parse_cron(text)
    raise ValueError(_unknown(text))


def _called(name: str, inner: str) -> Expression:
    """Read an expression that looks like a call: cron(...), rate(...), at(...)."""
    if name == "cron":
        cron, aws = read_aws(inner)
        return Expression(text=f"cron({' '.join(inner.upper().split())})", aws=aws, timer=cron)
    timer = Rate.parse(inner) if name == "rate" else At.parse(inner.strip())
    return Expression(text=str(timer), aws=str(timer), timer=timer)


def _unknown(text: str) -> str:
    found = f"'{text[:40]}' is not known" if text else "a schedule cannot be empty"
    shorthands = ", ".join(_SHORTHANDS)
    return (
        f"{found}: write five fields of cron such as '0 9 * * 1-5', one of {shorthands}, @every 1h30m, "
        "rate(5 minutes), cron(0 9 ? * 2-6 *), at(2027-01-31T09:00:00) or none"
    )


_TICK = timedelta(microseconds=1)


def expression_of(schedule: Schedule) -> Expression:
    """Read the expression of a schedule."""
    return parse(schedule["expression"]) if "expression" in schedule else parse_cron(schedule["cron"])


def next_firing(schedule: Schedule, after: datetime) -> datetime | None:
    """Return the next firing after `after`, in UTC, whether the schedule is enabled or not; None if there is none."""
    expression, zone = expression_of(schedule), ZoneInfo(schedule["timezone"])
    starts, ends = _moment(schedule, "startsAt"), _moment(schedule, "endsAt")
    anchor = _moment(schedule, "anchor") or after
    if starts:
        after, anchor = max(after, starts - _TICK), _first_at(expression, zone, starts)
    due = expression.next_after(after, zone, anchor)
    return due if due and (ends is None or due < ends) else None


def firings(schedule: Schedule, after: datetime, count: int) -> list[datetime]:
    """Return the next `count` times that the schedule fires, in UTC; fewer if it ends."""

    def times() -> Iterator[datetime]:
        moment: datetime | None = after
        while moment and (moment := next_firing(schedule, moment)):
            yield moment

    return list(islice(times(), count))


def is_due(schedule: Schedule, moment: datetime) -> bool:
    """Return whether an enabled schedule means this time. Scheduler fires on more days than some expressions name."""
    starts, ends = _moment(schedule, "startsAt"), _moment(schedule, "endsAt")
    within = (starts is None or moment >= starts) and (ends is None or moment < ends)
    return schedule["enabled"] and within and expression_of(schedule).is_due_on(moment, ZoneInfo(schedule["timezone"]))


def latest_start(schedule: Schedule, scheduled_at: datetime) -> datetime:
    """Return until when a firing may start its run. The deadline counts from the end of its flexible window."""
    window = timedelta(minutes=window_minutes(schedule))
    return scheduled_at + window + timedelta(seconds=schedule["startingDeadlineSeconds"])


def window_minutes(schedule: Schedule) -> int:
    """Return the flexible window: the jitter, rounded up to minutes."""
    return -(-schedule.get("jitterSeconds", 0) // 60)


def anchored(schedule: Schedule, old: Schedule | None, now: datetime) -> Schedule:
    """Return the schedule with its anchor. A change that leaves the expression as it was keeps the anchor."""
    anchor = old.get("anchor") if old and _beat(old) == _beat(schedule) else None
    return cast("Schedule", {**schedule, "anchor": anchor or now.astimezone(UTC).replace(microsecond=0).isoformat()})


def _beat(schedule: Schedule) -> tuple[object, ...]:
    """Return what a rate's firings depend on, besides its anchor."""
    return expression_of(schedule), schedule["timezone"], schedule.get("startsAt")


def _first_at(expression: Expression, zone: ZoneInfo, starts: datetime) -> datetime:
    """Return the anchor with which a rate fires first at `starts`."""
    second = expression.next_after(starts, zone, starts) if expression.is_rate else None
    return starts - (second - starts) if second else starts


def _moment(schedule: Schedule, name: str) -> datetime | None:
    text: Any = schedule.get(name)
    return datetime.fromisoformat(text) if text else None
