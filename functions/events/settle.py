"""An execution has ended: finish its run, and start what waited for it: a firing of the job, the job's children.

News that comes twice, or after a user's stop, changes nothing.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import adapters, schedule_services
from functions.aws.job_table import JobTable
from functions.jobs.chaining import Chaining
from functions.jobs.dispatching import Dispatching
from functions.jobs.outcome import Ending, outcome_of
from functions.jobs.ports import Executions, JobStore, RunStore
from functions.jobs.run import Run, RunStatus
from functions.settings import Settings

logger = Logger()


@dataclass(frozen=True, slots=True)
class Settling:
    """What settling needs."""

    jobs: JobStore
    runs: RunStore
    executions: Executions
    start_children: Chaining
    dispatch: Dispatching


@cache
def settling() -> Settling:
    """What this function is made of."""
    settings = Settings.from_env()
    dispatch, jobs = schedule_services.dispatching(settings), JobTable(adapters.table(settings))
    trigger = dispatch.trigger
    return Settling(jobs, trigger.runs, trigger.executions, Chaining(jobs=jobs, trigger=trigger), dispatch)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Lambda's entry: "Step Functions Execution Status Change" (Step Functions Developer Guide, EventBridge)."""
    detail = event["detail"]
    run_id, job_id = detail["name"], json.loads(detail["input"])["jobId"]
    outcome = outcome_of(_ending(job_id, detail))
    now = datetime.fromtimestamp(detail["stopDate"] / 1000, UTC)
    settled = settling().runs.settle(job_id, run_id, outcome, now)
    # Also when it was settled before: the last time may have ended before the others were started.
    started = _start_others(job_id, success=outcome.status is RunStatus.SUCCESS, again=not settled)
    logger.info(
        "settled",
        job_id=job_id,
        run_id=run_id,
        status=outcome.status,
        reason=outcome.reason,
        first=settled,
        started=started,
    )


def _start_others(job_id: str, *, success: bool, again: bool) -> list[str]:
    now, use = datetime.now(UTC), settling()
    state = use.jobs.states([job_id]).get(job_id)
    if state is None:
        return []
    children = use.start_children(job_id, state, now) if success else []
    firing = use.dispatch.advance(state, now)
    resumed = use.dispatch.trigger.resume(use.jobs, {job_id, *state.children}) if again else []
    return sorted({run.id for run in (*children, firing, *resumed) if isinstance(run, Run)})


def _ending(job_id: str, detail: dict[str, Any]) -> Ending:
    """How it ended; an event leaves out texts that are too long for it, and the execution still has them."""
    output, cause = detail.get("output"), detail.get("cause")
    told = output if detail["status"] == "SUCCEEDED" else cause
    run = settling().runs.get(job_id, detail["name"]) if told is None else None
    if run and (ending := settling().executions.ending(run)):
        return ending
    return Ending(status=detail["status"], output=output, error=detail.get("error"), cause=cause)
