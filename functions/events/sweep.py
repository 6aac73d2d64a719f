"""Every few minutes: repair what a call that failed half way has left behind."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import schedule_services
from functions.jobs.syncing import Syncing
from functions.settings import Settings

logger = Logger()


@cache
def syncing() -> Syncing:
    """What this function is made of."""
    return schedule_services.syncing(Settings.from_env())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """Lambda's entry; answers the jobs whose schedules were brought over."""
    repaired = [mark.job_id for mark in syncing().sweep(datetime.now(UTC))]
    logger.info("swept", repaired=repaired)
    return {"repaired": repaired}
