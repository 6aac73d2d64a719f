"""Every few minutes: repair what a call that failed half way, or news that was lost, has left behind."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.jobs.model.error_collector import ErrorCollector
from functions.wiring import platform

logger = Logger()
_ENOUGH = 10_000  # milliseconds: one repair takes some calls of AWS, each tried several times
_SHARE = 3  # a third of the time each: runs, rollouts, schedules and events


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Lambda's entry; answers the jobs whose schedules or events were brought over, and the runs that were repaired."""
    now, share = datetime.now(UTC), max(_ENOUGH, context.get_remaining_time_in_millis() // _SHARE)

    def time_left(shares: int) -> Callable[[], bool]:
        return lambda: context.get_remaining_time_in_millis() > shares * share

    # Runs first: should Scheduler or EventBridge not answer, the rest of the time passes in waiting for them.
    parts: dict[str, Callable[[], list[str]]] = {
        "runs": lambda: platform().sweeper.sweep_runs(now, time_left(2)),
        "rollouts": lambda: platform().rollout_sweeper.sweep_rollouts(now, time_left(1)),
        "repaired": lambda: [mark.job_id for mark in platform().syncer.sweep_marks(now)],
    }
    done: dict[str, list[str]] = {}
    errors = ErrorCollector()
    for name, part in parts.items():
        with errors.collect():
            done[name] = part()
    logger.info("swept", extra=done)
    errors.raise_all("the sweep could not repair everything")
    return done
