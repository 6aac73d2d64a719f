"""A task has changed: note on its run how the attempt stands. Late and repeated news change nothing."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import adapters
from functions.jobs.ports import RunStore
from functions.jobs.task import read_task
from functions.settings import Settings

logger = Logger()


@cache
def runs() -> RunStore:
    """Where runs are kept."""
    return adapters.run_table(Settings.from_env())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Lambda's entry: "ECS Task State Change" (ECS Developer Guide, "Amazon ECS task state change events")."""
    report = read_task(event["detail"])
    if report is None:
        logger.info("not a task of a run", task_arn=event["detail"].get("taskArn"))
        return
    news = runs().track(report)
    attempt = report.attempt
    logger.info("tracked", job_id=report.job_id, run_id=report.run_id, status=attempt.status, news=news)
