"""Make ECS's service-linked role, as a custom resource of the stack that the cluster depends on.

CloudFormation's own resource for such roles fails if the account has the role (AWS::IAM::ServiceLinkedRole), and
deletes it with the stack. This one does neither.
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
    failed = "IAM did not create the role AWSServiceRoleForECS"
    act_and_answer(event, resource="ecs-service-linked-role", act=account.make_ecs_role, failed=failed)
