"""An event that fits the pattern of a job has come: start a run, exactly once, although it may be delivered twice."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.jobs.model.event import JobEvent
from functions.jobs.model.run import Run, RunStatus
from functions.wiring import platform

logger = Logger()


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, str]:
    """Lambda's entry: {"jobId", "eventId", "event": the event as EventBridge has it}; answers what became of it."""
    told = JobEvent(job_id=event["jobId"], event_id=event["eventId"], content=event["event"])
    result = platform().reactor.react_to_event(told, datetime.now(UTC))
    words = _words(result)
    ids = {"job_id": told.job_id, "event_id": told.event_id, "run_id": told.run_id, "bus_event_id": told.content["id"]}
    log = logger.warning if isinstance(result, Run) and result.status is RunStatus.FAILED else logger.info
    log("reacted", extra={**ids, **words})
    return {"runId": told.run_id, **words}


def _words(result: Run | str) -> dict[str, str]:
    if isinstance(result, str):
        return {"result": "no run", "reason": result}
    return {"result": "run", "status": result.status, **({"reason": result.message} if result.message else {})}
