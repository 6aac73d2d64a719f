"""What is counted of runs: those that started, and those that ended, by the way they ended."""

from collections.abc import Mapping
from enum import StrEnum

from functions.jobs.model.run import Reason
from functions.jobs.model.status_event import StatusEvent


class RunCount(StrEnum):
    """A number of runs, by its name in the answer of `GET /v1/metrics`. A run that ended is in one of the last four."""

    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    TIMED_OUT = "timedOut"


_BY_NAME = {"job_run_started": RunCount.STARTED, "job_run_finished": RunCount.SUCCEEDED}
_BY_REASON: Mapping[str | None, RunCount] = {
    Reason.STOPPED: RunCount.STOPPED,
    Reason.TIMEOUT: RunCount.TIMED_OUT,
    Reason.DEADLINE: RunCount.TIMED_OUT,
}


def run_count(event: StatusEvent) -> RunCount | None:
    """Return the number that this status event increments; None if it increments none.

    Each run has one event of its start and one of its end, whatever the number of its tasks or devices. A run that
    never started has only the second.
    """
    if event.name == "job_run_failed":
        return _BY_REASON.get(event.detail.get("reason"), RunCount.FAILED)
    return _BY_NAME.get(event.name)
