"""A schedule has fired: start the run, exactly once, although the firing may be delivered twice."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import adapters
from functions.jobs.run import scheduled_run_id
from functions.jobs.running import Trigger, Triggering
from functions.settings import Settings

logger = Logger()


@cache
def triggering() -> Triggering:
    """What this function is made of."""
    settings = Settings.from_env()
    return Triggering(
        runs=adapters.run_table(settings),
        executions=adapters.state_machine(settings),
        plans={},
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Lambda's entry: {"jobId", "scheduleId", "scheduledTime" (ISO 8601)}; answers the run's id."""
    scheduled_at = datetime.fromisoformat(event["scheduledTime"])
    job_id = event["jobId"]
    run_id = scheduled_run_id(job_id, event["scheduleId"], scheduled_at)
    run = triggering()(Trigger(job_id=job_id, run_id=run_id, now=datetime.now(UTC), scheduled_at=scheduled_at))
    logger.info("dispatched", job_id=job_id, run_id=run.id, schedule_id=event["scheduleId"], status=run.status)
    return {"runId": run.id}
