"""Create the IoT job of a fleet run, or end it at the run's time limit.

The state machine of fleet runs invokes this.
"""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.jobs.model.rollout import Verdict
from functions.wiring import platform

logger = Logger()
_ENOUGH = 8_000  # milliseconds: enough to end the execution after a page of devices


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry: {"jobId", "runId", "token"} or {"jobId", "runId", "close"}: state_machines/README.md."""
    job_id, run_id, now = event["jobId"], event["runId"], datetime.now(UTC)

    def time_left() -> bool:
        return context.get_remaining_time_in_millis() > _ENOUGH

    if "close" in event:
        verdict = platform().rollout_ender.end_at_deadline(run_id, time_left)
        return _answer("closed", job_id, run_id, verdict)
    result = platform().rollout_starter.roll_out(job_id, run_id, event["token"], now, time_left)
    if isinstance(result, Verdict):
        return _answer("ended at once", job_id, run_id, result)
    logger.info("rolled out" if result else "not active any more", job_id=job_id, run_id=run_id)
    return {}


def _answer(line: str, job_id: str, run_id: str, verdict: Verdict) -> dict[str, Any]:
    """Log the line, and return the verdict as the state machine reads it."""
    log = logger.warning if verdict.error else logger.info
    log(line, job_id=job_id, run_id=run_id, error=verdict.error, cause=verdict.message)
    devices = {str(status): number for status, number in verdict.counts.items()}
    return {"error": verdict.error or "", "cause": verdict.message, "devices": devices}
