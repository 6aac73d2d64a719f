"""Switch on the job events of AWS IoT, as a custom resource of the stack: CloudFormation has no resource for them.

The switch belongs to the whole account and region. It stays on when the stack is deleted, because others may rely on
it.
"""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aws import account
from functions.events.custom_resource import act_and_answer

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Lambda's entry, for CloudFormation."""
    failed = "AWS IoT did not switch on its job events"
    act_and_answer(event, resource="iot-job-events", act=account.switch_job_events_on, failed=failed)
