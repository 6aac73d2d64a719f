"""Settle a run or a task whose execution has ended.

A rule of EventBridge invokes this for each execution that ends. An event that comes twice, or after a user's stop,
changes nothing.
"""

import json
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.jobs.model.outcome import Ending, outcome_of
from functions.wiring import platform

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Lambda's entry: "Step Functions Execution Status Change" (Step Functions Developer Guide, EventBridge)."""
    detail = event["detail"]
    job_id = json.loads(detail["input"]).get("jobId")
    run_id, _, index = detail["name"].partition("-")
    if job_id is None or (index and not index.isdecimal()):  # such as one that a person started in the console
        logger.info("not an execution of a run", execution=detail["name"])
        return
    ended_at = datetime.fromtimestamp(detail["stopDate"] / 1000, UTC)
    outcome = outcome_of(_ending(detail))
    if index:  # one of the run's several tasks, each an execution of its own
        first = platform().settler.settle_task(job_id, run_id, int(index), outcome, ended_at)
    else:
        first = platform().settler.settle_run(job_id, run_id, outcome, ended_at, datetime.now(UTC))
    ids = {"job_id": job_id, "run_id": run_id, "index": index or None}
    logger.info("settled", extra={**ids, "status": outcome.status, "reason": outcome.reason, "first": first})


def _ending(detail: dict[str, Any]) -> Ending:
    """How the execution ended. An event leaves out texts that are too long for it; the execution has them."""
    output, cause = detail.get("output"), detail.get("cause")
    text = output if detail["status"] == "SUCCEEDED" else cause
    if text is None and (ending := platform().executions.ending_of(detail["executionArn"])):
        return ending
    return Ending(status=detail["status"], output=output, error=detail.get("error"), cause=cause)
