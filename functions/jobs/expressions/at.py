"""One point in local time: `at(2027-01-31T09:00:00)`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from functions.jobs.cron.rules import YEAR


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
