"""The times at which a schedule fires, with its start, end, jitter, deadline and anchor."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, cast
from zoneinfo import ZoneInfo

from functions.jobs.expressions.expression import Expression, parse, parse_cron
from functions.jobs.model.schedule import Schedule

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
