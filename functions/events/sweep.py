"""Sweep every two minutes: finish what a failed call or a lost event left unfinished."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.jobs.model.error_collector import ErrorCollector
from functions.wiring import platform

logger = Logger()
_ENOUGH = 10_000  # milliseconds: one repair takes some calls of AWS, each tried several times
_SHARE = 3  # runs get a third of the time, rollouts too, marks of schedules and event rules and deleted jobs the rest


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Lambda's entry. Returns the ids of repaired runs, of jobs whose schedules AWS got, and of erased jobs."""
    now, share = datetime.now(UTC), max(_ENOUGH, context.get_remaining_time_in_millis() // _SHARE)

    def time_left(shares: int) -> Callable[[], bool]:
        return lambda: context.get_remaining_time_in_millis() > shares * share

    # Runs come first: if Scheduler or EventBridge does not answer, waiting for them takes the rest of the time.
    parts: dict[str, Callable[[], list[str]]] = {
        "runs": lambda: platform().sweeper.sweep_runs(now, time_left(2)),
        "rollouts": lambda: _rollouts(now, time_left(1)),
        "repaired": lambda: [mark.job_id for mark in platform().syncer.sweep_marks(now)],
        "erased": lambda: platform().eraser.sweep_deletions(
            now, lambda: context.get_remaining_time_in_millis() > _ENOUGH
        ),
    }
    done: dict[str, list[str]] = {}
    errors = ErrorCollector()
    for name, part in parts.items():
        with errors.collect():
            done[name] = part()
    logger.info("swept", extra=done)
    errors.raise_all("the sweep could not repair everything")
    return done


def _rollouts(now: datetime, time_left: Callable[[], bool]) -> list[str]:
    """Sweep the rollouts, if the deployment has fleets."""
    return platform().rollout_sweeper.sweep_rollouts(now, time_left) if platform().settings.fleets else []
