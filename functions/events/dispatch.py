"""Handle a firing: Scheduler invokes this when a schedule fires, at least once for each firing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.jobs.model.firing import Firing, Skip
from functions.jobs.model.run import Run
from functions.wiring import platform

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Lambda's entry: {"jobId", "scheduleId", "scheduledTime" (ISO 8601)}. Returns what became of the firing."""
    return dispatch(event)


def dispatch(event: Mapping[str, str]) -> dict[str, str]:
    """Dispatch a firing, and log and return what became of it."""
    firing = Firing(
        job_id=event["jobId"],
        schedule_id=event["scheduleId"],
        scheduled_at=datetime.fromisoformat(event["scheduledTime"]),
    )
    result = _described(platform().dispatcher.dispatch_firing(firing, datetime.now(UTC)))
    ids = {"job_id": firing.job_id, "schedule_id": firing.schedule_id, "run_id": firing.run_id}
    logger.info("dispatched", extra={**ids, **result})
    return {"runId": firing.run_id, **result}


def _described(result: Run | Skip | Firing | None) -> dict[str, str]:
    match result:
        case Run():
            return {"result": "run", "status": result.status}
        case Skip():
            return {"result": "skipped", "reason": result.reason}
        case Firing():
            return {"result": "waits"}
    return {"result": "nothing to do"}
