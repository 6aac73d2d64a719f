"""Every few minutes: repair what a call that failed half way, or news that was lost, has left behind."""

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import schedule_services
from functions.jobs.sweeping import Sweeping
from functions.jobs.syncing import Syncing
from functions.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

logger = Logger()
_ENOUGH = 10_000  # milliseconds: one repair takes some calls of AWS, each tried several times
_SHARE = 3  # a third of the time is left to schedules and events


@cache
def syncing() -> Syncing:
    """What brings schedules and events in step."""
    return schedule_services.syncing(Settings.from_env())


@cache
def sweeping() -> Sweeping:
    """What repairs runs."""
    return schedule_services.sweeping(Settings.from_env())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Lambda's entry; answers the jobs whose schedules or events were brought over, and the runs that were repaired."""
    now, reserved = datetime.now(UTC), max(_ENOUGH, context.get_remaining_time_in_millis() // _SHARE)

    def time_left() -> bool:
        return context.get_remaining_time_in_millis() > reserved

    # Runs first: should Scheduler or EventBridge not answer, the rest of the time passes in waiting for them.
    parts: dict[str, Callable[[], list[str]]] = {
        "runs": lambda: sweeping()(now, time_left),
        "repaired": lambda: [mark.job_id for mark in syncing().sweep(now)],
    }
    done: dict[str, list[str]] = {}
    errors: list[Exception] = []
    for name, part in parts.items():  # neither holds up the other
        try:
            done[name] = part()
        except Exception as error:  # whatever it is: raised below
            errors.append(error)
    logger.info("swept", extra=done)
    if errors:
        raise ExceptionGroup("the sweep has not repaired everything", errors)
    return done
