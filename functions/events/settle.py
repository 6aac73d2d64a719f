"""An execution has ended: finish its run, and start the jobs that waited for its success.

News that comes twice, or after a user's stop, changes nothing.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import adapters
from functions.aws.job_table import JobTable
from functions.jobs.chaining import Chaining
from functions.jobs.outcome import Ending, outcome_of
from functions.jobs.ports import Executions, RunStore
from functions.jobs.run import RunStatus
from functions.jobs.running import Triggering
from functions.settings import Settings

logger = Logger()


@dataclass(frozen=True, slots=True)
class Settling:
    """What settling needs."""

    runs: RunStore
    executions: Executions
    start_children: Chaining


@cache
def settling() -> Settling:
    """What this function is made of."""
    settings = Settings.from_env()
    runs, executions = adapters.run_table(settings), adapters.state_machine(settings)
    trigger = Triggering(runs=runs, executions=executions, plans={})
    return Settling(runs, executions, Chaining(jobs=JobTable(adapters.table(settings)), trigger=trigger))


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Lambda's entry: "Step Functions Execution Status Change" (Step Functions Developer Guide, EventBridge)."""
    detail = event["detail"]
    run_id, job_id = detail["name"], json.loads(detail["input"])["jobId"]
    outcome = outcome_of(_ending(detail))
    now = datetime.fromtimestamp(detail["stopDate"] / 1000, UTC)
    settled = settling().runs.settle(job_id, run_id, outcome, now)
    # Also when it was settled before: the last time may have ended before the children were started.
    started = settling().start_children(job_id, datetime.now(UTC)) if outcome.status is RunStatus.SUCCESS else []
    logger.info(
        "settled",
        job_id=job_id,
        run_id=run_id,
        status=outcome.status,
        reason=outcome.reason,
        first=settled,
        started=[run.id for run in started],
    )


def _ending(detail: dict[str, Any]) -> Ending:
    """How it ended; an event leaves out texts that are too long for it, and the execution still has them."""
    output, cause = detail.get("output"), detail.get("cause")
    told = output if detail["status"] == "SUCCEEDED" else cause
    if told is None and (ending := settling().executions.ending(detail["name"])):
        return ending
    return Ending(status=detail["status"], output=output, error=detail.get("error"), cause=cause)
