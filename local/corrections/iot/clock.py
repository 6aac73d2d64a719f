"""IoT's time: the scheduler's clock, so that one move of it moves both.

MiniStack asks this machine's clock. AWS's timers of jobs take minutes to a week, which no test waits for.
"""

import time
from types import SimpleNamespace

from ministack.services import iot

from local.schedules.clock import Clock


def install(clock: Clock) -> None:
    """Have IoT ask this clock for the time."""
    iot.time = SimpleNamespace(**{**vars(time), "time": lambda: clock.now().timestamp()})
