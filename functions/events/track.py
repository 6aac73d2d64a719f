"""Keep the state of an attempt in its run: a rule of EventBridge invokes this for each change of an ECS task.

A late or repeated event changes nothing.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.jobs.model.ecs_task import read_task
from functions.wiring import platform

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Lambda's entry: "ECS Task State Change" (ECS Developer Guide, "Amazon ECS task state change events")."""
    report = read_task(event["detail"])
    if report is None:
        logger.info("not a task of a run", task_arn=event["detail"].get("taskArn"))
        return
    fields = {"job_id": report.job_id, "run_id": report.run_id, "index": report.index, "status": report.attempt.status}
    logger.info("tracked", extra={**fields, "news": platform().tracker.track_task(report)})
