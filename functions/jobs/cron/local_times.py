"""The local times that a cron expression names, in order, without a zone and without its years."""

import calendar
from datetime import date, datetime
from typing import TYPE_CHECKING

from cronsim import CronSim

if TYPE_CHECKING:
    from functions.jobs.cron.expression import Cron


class LocalTimes(CronSim):
    """cronsim with Metronome's days: both fields must match, and nW is the weekday nearest to day n in the same month.

    Its times have no zone, so that its own rules for clock changes (Debian's, others than Metronome's) are off.
    """

    def __init__(self, cron: "Cron", after: datetime) -> None:
        near = {item for item in cron.day_of_month.special if item[0].isdigit()}
        self._nearest = [int(item[:-1]) for item in near]
        days = ",".join([*map(str, cron.day_of_month.values), *(cron.day_of_month.special - near)])
        self._only_nearest = not days
        weekdays = ",".join([*map(str, cron.day_of_week.values), *cron.day_of_week.special])
        minutes, hours, months = (",".join(map(str, field.values)) for field in (cron.minute, cron.hour, cron.month))
        super().__init__(f"{minutes} {hours} {days or '*'} {months} {weekdays}", after)

    def match_day(self, d: date) -> bool:
        """Whether both fields match; cronsim follows Debian, where one is enough unless the other begins with `*`."""
        return self.match_dom(d) and self.match_dow(d)

    def match_dom(self, d: date) -> bool:
        """Whether day-of-month matches, with nW."""
        if not self._only_nearest and super().match_dom(d):
            return True
        return any(d.day == _nearest_weekday(d, day) for day in self._nearest)


def _nearest_weekday(month: date, day: int) -> int | None:
    """The weekday nearest to this day without leaving the month; None if the month does not have the day."""
    last = calendar.monthrange(month.year, month.month)[1]
    if day > last:
        return None
    weekday = month.replace(day=day).weekday()
    if weekday == calendar.SATURDAY:
        return day - 1 if day > 1 else 3
    if weekday == calendar.SUNDAY:
        return day + 1 if day < last else last - 2
    return day
