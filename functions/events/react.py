"""Handle an event that fits an event trigger of a job: event rules invoke this, at least once for each event."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.jobs.model.event import JobEvent
from functions.jobs.model.firing import Skip
from functions.jobs.model.run import Run, RunStatus
from functions.wiring import platform

logger = Logger()


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, str]:
    """Lambda's entry: {"jobId", "eventId", "event": the event of EventBridge}. Returns what became of it."""
    job_event = JobEvent(job_id=event["jobId"], event_id=event["eventId"], content=event["event"])
    result = platform().reactor.react_to_event(job_event, datetime.now(UTC))
    described = _described(result)
    ids = {"job_id": job_event.job_id, "event_id": job_event.event_id, "run_id": job_event.run_id}
    ids |= {"bus_event_id": job_event.content["id"]}
    failed = isinstance(result, Run) and result.status is RunStatus.FAILED
    log = logger.warning if failed or isinstance(result, Skip) else logger.info
    log("reacted", extra={**ids, **described})
    return {"runId": job_event.run_id, **described}


def _described(result: Run | Skip | str) -> dict[str, str]:
    if isinstance(result, str):
        return {"result": "no run", "reason": result}
    if isinstance(result, Skip):
        return {"result": "skip", "reason": result.reason}
    return {"result": "run", "status": result.status, **({"reason": result.message} if result.message else {})}
