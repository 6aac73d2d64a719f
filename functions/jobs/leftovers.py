"""Tasks that may go on although their attempt is over: a state that is out of time may leave its task running.

Source: Step Functions Developer Guide, "Run a Job (.sync)": it names when a task is cancelled, and a state's own
timeout is not among it, although others have seen it happen. Ending a task that has ended changes nothing.
"""

from collections.abc import Iterable

from functions.jobs.ports import Tasks
from functions.jobs.run import Attempt, Reason

LIMITS = (Reason.TIMEOUT, Reason.DEADLINE)  # what leaves tasks behind


def end_tasks(tasks: Tasks, attempts: Iterable[Attempt]) -> None:
    """End the tasks of these attempts, as far as they are not known to have stopped."""
    for attempt in attempts:
        if attempt.stopped_at is None:
            tasks.stop(attempt.task_arn, "Shiftwork: out of time")
