"""What a deployment sets up once in an account: ECS's service-linked role, and the job events of AWS IoT.

Both outlive the stack, because others in the account may rely on them. A repeated call changes nothing.
"""

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from functions.aws import clients

ECS = "ecs.amazonaws.com"
# The other kinds of events stay as they are.
_JOB_EVENTS: Any = {"JOB": {"Enabled": True}, "JOB_EXECUTION": {"Enabled": True}}
# IAM User Guide, "Troubleshoot IAM", "Changes that I make are not always immediately visible": a new role or policy
# takes seconds to reach the services that use it. CloudFormation calls this seconds after it made the function's role.
_TRIES = 6
_BETWEEN_TRIES = 10  # seconds
_UNTIL_ECS_HAS_IT = 20  # seconds: ECS assumes the role in the first call that needs it, and does not try again


def make_ecs_role() -> None:
    """Create AWSServiceRoleForECS, and wait until ECS can assume it. If the account has it, return at once.

    ECS would create the role itself with the first cluster of an account, but assumes it before IAM has it everywhere:
    "Unable to assume the service linked role" (github.com/aws/containers-roadmap, issue 2614).
    """
    try:
        _patiently(lambda: clients.iam().create_service_linked_role(AWSServiceName=ECS))
    except ClientError as error:
        # "Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix."
        if error.response["Error"]["Code"] != "InvalidInput" or "has been taken" not in str(error):
            raise
    else:
        time.sleep(_UNTIL_ECS_HAS_IT)


def switch_job_events_on() -> None:
    """Enable the events of AWS IoT about jobs and job executions, in this account and region."""
    _patiently(lambda: clients.iot().update_event_configurations(eventConfigurations=_JOB_EVENTS))


def _patiently(call: Callable[[], object]) -> None:
    """Make a call, and repeat it for a minute while AWS does not know the function's permissions yet."""
    for left in reversed(range(_TRIES)):
        try:
            call()
        except ClientError as error:
            if not left or not error.response["Error"]["Code"].startswith("AccessDenied"):
                raise
            time.sleep(_BETWEEN_TRIES)
        else:
            return
