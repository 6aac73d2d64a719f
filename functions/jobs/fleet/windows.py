"""Maintenance windows: when a fleet job notifies devices.

IoT refuses windows in a SNAPSHOT job, and windows without a time to start at, which is at least thirty minutes ahead
(AWS IoT API Reference, SchedulingConfig).
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from functions.jobs.errors import Problem
from functions.jobs.expressions.aws_cron import read_aws
from functions.jobs.fleet.spec import FleetRunSpec, MaintenanceWindow

AHEAD = timedelta(minutes=32)  # two minutes more: one is cut off, and clocks differ
_CRON = re.compile(r"cron\((.*)\)", re.DOTALL)


def window_problems(run: FleetRunSpec) -> Iterator[Problem]:
    """What is wrong with the windows of a fleet job."""
    windows, path = run["fleet"].get("maintenanceWindows"), "/run/fleet/maintenanceWindows"
    if windows is None:
        return
    if run["fleet"]["targetSelection"] == "SNAPSHOT":
        yield Problem(path, "needs targetSelection CONTINUOUS: IoT has no windows for a SNAPSHOT. Use a schedule.")
    if run["timeoutSeconds"] <= AHEAD.total_seconds():
        words = f"must be more than {AHEAD.seconds}: with maintenanceWindows, IoT begins half an hour after the run."
        yield Problem("/run/timeoutSeconds", words)
    for place, window in enumerate(windows):
        try:
            as_aws(window)
        except ValueError as wrong:
            yield Problem(f"{path}({place})/startTime", str(wrong))


def as_aws(window: MaintenanceWindow) -> dict[str, str | int]:
    """A window as IoT takes it; raises ValueError with a sentence."""
    found = _CRON.fullmatch(window["startTime"].strip())
    if found is None:
        raise ValueError("must be AWS's form of a cron expression, in UTC: such as cron(0 2 ? * SUN *).")
    return {"startTime": read_aws(found[1])[1], "durationInMinutes": window["durationInMinutes"]}


def earliest_start(now: datetime) -> str:
    """The first time that IoT takes for a start, as it takes it: by the minute, in UTC (`now` is), without a zone."""
    return (now + AHEAD).strftime("%Y-%m-%dT%H:%M")
