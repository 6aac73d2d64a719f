"""The schedule of a rollout: its start and its maintenance windows, in milliseconds since the epoch."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from local.schedules.clock import EPOCH, moment_of, stamp_of
from local.schedules.expression import INSTANT, parse

MINUTE = 60_000
SOON, YEAR = timedelta(minutes=30), timedelta(days=366)
LONGEST_WINDOW = 1430  # minutes
ZONE = ZoneInfo("UTC")


class Opening(NamedTuple):
    """The time at which a job opens, and the one at which it closes again: None if it stays open."""

    at: int
    closes: int | None


def stamp_at(text: str | None) -> int | None:
    """The moment of a time such as 2026-01-02T03:04, which is UTC; raises ValueError."""
    return stamp_of(datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)) if text else None


def next_opening(plan: Mapping[str, Any], after: int) -> Opening | None:
    """The next time to open, at or after a moment; None if there is none."""
    start = max(after, stamp_at(plan.get("startTime")) or after)
    windows = plan.get("maintenanceWindows") or []
    if not windows:
        return Opening(start, None)
    found = (_opening(window, start) for window in windows)
    return min((opening for opening in found if opening), default=None)


def _opening(window: Mapping[str, Any], after: int) -> Opening | None:
    cron, moment = parse(window["startTime"]), moment_of(after)
    due = cron.next_after(moment - INSTANT, ZONE, EPOCH)
    return Opening(stamp_of(due), stamp_of(due) + window["durationInMinutes"] * MINUTE) if due else None


def problem(plan: Mapping[str, Any], now: datetime, *, snapshot: bool) -> str | None:
    """Return what AWS refuses in a schedule (IoT API Reference, SchedulingConfig), or this cloud; None if nothing."""
    start = _time(plan, "startTime")
    if start and not SOON <= moment_of(start) - now <= YEAR:
        return "StartTime must be at least 30 minutes and at most one year from now."
    if plan.get("endTime"):
        return "The local cloud ends no job at a time: leave EndTime out."
    return _problem_of_windows(plan, snapshot=snapshot) if plan.get("maintenanceWindows") else None


def _problem_of_windows(plan: Mapping[str, Any], *, snapshot: bool) -> str | None:
    if snapshot:
        return "TargetSelection is invalid. MaintenanceWindow cannot be used with SNAPSHOT job."
    if not plan.get("startTime"):
        return "MaintenanceWindow cannot be used without StartTime of SchedulingConfig."
    for window in plan["maintenanceWindows"]:
        if not 1 <= window["durationInMinutes"] <= LONGEST_WINDOW:
            return f"DurationInMinutes must be between 1 and {LONGEST_WINDOW}."
        if not window["startTime"].startswith("cron("):
            return "StartTime of a MaintenanceWindow must be a cron expression."
        try:
            parse(window["startTime"])
        except ValueError as error:
            return f"StartTime of a MaintenanceWindow: {error}"
    return None


def _time(plan: Mapping[str, Any], field: str) -> int | None:
    try:
        return stamp_at(plan.get(field))
    except ValueError:
        return None  # MiniStack refuses its form
