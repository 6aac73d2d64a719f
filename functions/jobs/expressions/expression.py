"""The names of time zones."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from functions.jobs.cron.expression import Cron
from functions.jobs.cron.field import YEAR
from functions.jobs.expressions.aws_cron import read_aws, to_aws
from functions.jobs.expressions.rate import Rate

_LONGEST_ZONE = (
    50  # characters, as EventBridge Scheduler has it for ScheduleExpressionTimezone (its API, CreateSchedule)
)


def zone_name(text: str) -> str:
    """The name of a time zone that exists, as it came; raises ValueError with a sentence."""
    if len(text) > _LONGEST_ZONE:
        raise ValueError(
            f"a time zone's name has at most {_LONGEST_ZONE} characters: give one like 'Europe/Rome' or 'UTC'"
        )
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as unknown:  # OSError: a folder of zones, such as "Europe"
        raise ValueError(_unknown_zone(text)) from unknown
    # zoneinfo also reads the database's own files, such as posix/Europe/Rome and localtime; Factory is a place to none.
    if not text[:1].isupper() or text == "Factory":
        raise ValueError(_unknown_zone(text))
    return text


def _unknown_zone(text: str) -> str:
    return f"'{text}' is not a time zone: give one like 'Europe/Rome' or 'UTC'"


@dataclass(frozen=True, slots=True)
class At:
    """A local time, without a zone."""

    local: datetime

    @classmethod
    def parse(cls, text: str) -> "At":
        """Read what stands within `at(...)`; raises ValueError with a sentence. The past is taken: it never fires."""
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", text):
            raise ValueError("at(...): expected yyyy-mm-ddThh:mm:ss without a zone: such as at(2027-01-31T09:00:00)")
        try:
            local = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f"at(...): {text} is a date or time that never comes: {error}") from error
        if not YEAR.low <= local.year <= YEAR.high:
            raise ValueError(f"at(...): the year {local.year} is not within {YEAR.low}-{YEAR.high}")
        return cls(local)

    def __str__(self) -> str:
        """AWS's form, which is the caller's too."""
        return f"at({self.local.isoformat()})"

    def check(self, zone: ZoneInfo) -> None:
        """Raise ValueError if the clocks of the zone skip this time."""
        if self._moment(zone) is None:
            raise ValueError(f"at(...): the clocks of {zone.key} skip {self.local.isoformat()}: give another time")

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime | None:
        """The point in UTC if it comes after `moment`; of a doubled local time it is the first."""
        point = self._moment(zone)
        return point if point and point > moment else None

    def _moment(self, zone: ZoneInfo) -> datetime | None:
        """The point in UTC; None if the clocks of the zone skip it."""
        point = self.local.replace(tzinfo=zone).astimezone(UTC)
        return point if point.astimezone(zone).replace(tzinfo=None) == self.local else None


_LONGEST = 256  # characters, without the prefix; the longest that AWS takes, and enough to say anything
_WORDS = {
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
    """When a schedule fires. Two are equal if they mean the same in the same form.

    text        canonical, as answers show it, without the prefix that names a time zone
    aws         what EventBridge Scheduler is given; None for `none`. It keeps names and other things as they were
                written, so it is no part of what is compared
    timezone    the zone that a prefix TZ= or CRON_TZ= named
    timer       the meaning; None for `none`
    """

    text: str
    aws: str | None = field(compare=False)
    timezone: str | None = None
    timer: Cron | Rate | At | None

    @property
    def is_rate(self) -> bool:
        """Whether this is an interval, which is counted from a point in time and asks no clock."""
        return isinstance(self.timer, Rate)

    def check(self, zone: ZoneInfo) -> None:
        """Raise ValueError if this is at(...) and the clocks of the zone skip that time."""
        if isinstance(self.timer, At):
            self.timer.check(zone)

    def aws_timezone(self, zone: ZoneInfo) -> str:
        """The zone that EventBridge Scheduler is given with `aws`: UTC if it asks no clock, see `Cron.next_after`."""
        return "UTC" if isinstance(self.timer, Cron) and self.timer.asks_no_clock(zone) else zone.key

    def next_after(self, moment: datetime, zone: ZoneInfo, anchor: datetime) -> datetime | None:
        """The first firing after `moment` by the clocks of `zone`, in UTC; None if there is none any more.

        `moment` and `anchor` are aware. A rate fires one interval after `anchor`, two, and so on.
        """
        match self.timer:
            case Rate() as rate:
                return rate.next_after(moment, anchor)
            case None:
                return None
            case timer:
                return timer.next_after(moment, zone)

    def is_due_on(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether the expression means the day that `moment` (aware) has in the zone.

        False where AWS fires on more days than the expression names: see `to_aws`.
        """
        return not isinstance(self.timer, Cron) or self.timer.names(moment.astimezone(zone).date())


@lru_cache(maxsize=4096)  # a page of jobs asks for each several times
def parse(text: str) -> Expression:
    """Read an expression in any of the forms; raises ValueError with one sentence that helps."""
    text = text.strip()
    prefix = _PREFIX.fullmatch(text)
    if not prefix:
        return _parse(text)
    expression = _parse(prefix[2])
    if not isinstance(expression.timer, Cron | At):
        raise ValueError(f"'{expression.text}' asks no clock, so it takes no time zone: leave out the TZ= before it")
    return replace(expression, timezone=zone_name(prefix[1]))


@lru_cache(maxsize=4096)
def parse_cron(text: str) -> Expression:
    """Read an expression of Metronome's dialect, the only one of its API; raises ValueError with one sentence."""
    cron = Cron.parse(text)
    return Expression(text=str(cron), aws=to_aws(cron), timer=cron)


def _parse(text: str) -> Expression:
    if len(text) > _LONGEST:
        raise ValueError(f"longer than {_LONGEST} characters: use ranges and steps, or several schedules")
    if text == "none":
        return Expression(text=text, aws=None, timer=None)
    if text in _WORDS:
        return replace(parse_cron(_WORDS[text]), text=text)
    if text.startswith("@every "):
        rate = Rate.every(text.removeprefix("@every "))
        return Expression(text=text, aws=str(rate), timer=rate)
    if call := _CALL.fullmatch(text):
        return _called(call[1], call[2])
    if len(text.split()) in (5, 6) or re.match("[0-9*?/]", text):
        return parse_cron(text)
    raise ValueError(_unknown(text))


def _called(name: str, inner: str) -> Expression:
    """What is written like a call: cron(...), rate(...), at(...)."""
    if name == "cron":
        cron, aws = read_aws(inner)
        return Expression(text=f"cron({' '.join(inner.upper().split())})", aws=aws, timer=cron)
    timer = Rate.parse(inner) if name == "rate" else At.parse(inner.strip())
    return Expression(text=str(timer), aws=str(timer), timer=timer)


def _unknown(text: str) -> str:
    found = f"'{text[:40]}' is not known" if text else "a schedule cannot be empty"
    words = ", ".join(_WORDS)
    return (
        f"{found}: write five fields of cron such as '0 9 * * 1-5', one of {words}, @every 1h30m, "
        "rate(5 minutes), cron(0 9 ? * 2-6 *), at(2027-01-31T09:00:00) or none"
    )
