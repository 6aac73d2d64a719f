"""Use case: every few minutes, tend the rollouts that something is left to do for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from functions.jobs.fleet.closing import Closing


class EventsOffError(Exception):
    """Somebody has switched off the events by which devices are followed."""

    def __init__(self) -> None:
        super().__init__(
            "AWS IoT tells of no job events, so devices are seen minutes late. Switch them on again: aws iot "
            'update-event-configurations --event-configurations \'{"JOB":{"Enabled":true},"JOB_EXECUTION":'
            '{"Enabled":true}}\''
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Tending:
    """What it needs."""

    close: Closing

    def __call__(self, now: datetime, time_left: Callable[[], bool]) -> list[str]:
        """Tend them until no time is left; the ids of the runs that needed it.

        One that fails holds up no other; an ExceptionGroup has all errors, at the end. The order is another one each
        time, so that none is always the last.
        """
        done: list[str] = []
        errors: list[Exception] = []
        rollouts = list(self.close.look.rollouts.open())
        for rollout in sorted(rollouts, key=lambda one: crc32(f"{one.run_id} {now.isoformat()}".encode())):
            if not time_left():
                break
            try:
                if self.close.tend(rollout, now, time_left):
                    done.append(rollout.run_id)
            except Exception as error:  # whatever it is: raised below, once the others had their turn
                errors.append(error)
        if rollouts and not self.close.look.iot.events_are_on():
            errors.append(EventsOffError())
        if errors:
            raise ExceptionGroup("rollouts that could not be tended", errors)
        return done
