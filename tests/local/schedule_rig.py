"""A scheduler with a clock moved by hand, and targets that write down what they get."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.schedules.delivery import TargetError, stamp
from local.schedules.expression import parse
from local.schedules.schedule import Schedule, Timing
from local.schedules.scheduler import Key, Scheduler

KEY = ("schedule",)
ARN = "arn:aws:scheduler:us-east-1:000000000000:schedule/group/name"
TARGET = "arn:aws:lambda:us-east-1:000000000000:function:dispatch"


def utc(text: str) -> datetime:
    """A moment from its ISO form."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass
class HandClock:
    """Stands still until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        """The time."""
        return self.moment

    def move_to(self, moment: datetime) -> None:
        """Go forward."""
        self.moment = max(self.moment, moment)


@dataclass
class Rig:
    """The scheduler, its clock, and what came of the firings. `failures` is how many attempts are refused first."""

    start: str
    chance: float = 0.5
    failures: int = 0
    attempts: list[tuple[str, str]] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)
    dead: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    done: list[Key] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = HandClock(utc(self.start))
        self.scheduler = Scheduler(self.clock, self, lambda: self.chance)

    def put(self, expression: str, zone: str = "UTC", **settings: Any) -> None:
        """Make or change the schedule."""
        dates = {name: utc(settings.pop(name)) for name in ("start", "end") if name in settings}
        timing = Timing(expression=parse(expression), zone=ZoneInfo(zone), **dates)
        target = {"Arn": TARGET, "Input": settings.pop("text", "{}")}
        self.scheduler.put(settings.pop("key", KEY), Schedule(arn=ARN, timing=timing, target=target, **settings))

    def until(self, moment: str) -> list[str]:
        """Move the clock; the scheduled times of what was delivered by the way."""
        before = len(self.fired)
        self.scheduler.advance((utc(moment) - self.clock.now()) / timedelta(seconds=1))
        return self.fired[before:]

    def deliver(self, schedule: Schedule, payload: str, scheduled: datetime) -> None:
        """Write it down, or refuse."""
        assert schedule.arn == ARN
        self.attempts.append((stamp(self.clock.now()), payload))
        if len(self.attempts) <= self.failures:
            raise TargetError("ResourceNotFoundException", "Function not found")
        self.fired.append(scheduled.strftime("%Y-%m-%dT%H:%M:%S"))

    def bury(self, schedule: Schedule, payload: str, attributes: Mapping[str, str]) -> None:
        """Write it down."""
        assert schedule.arn == ARN
        self.dead.append((payload, attributes))

    def completed(self, key: Key) -> None:
        """Write it down."""
        self.done.append(key)
