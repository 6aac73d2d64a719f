"""The jobs' schedules in EventBridge Scheduler: the group that holds them, and the role by which they fire."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.roles import Allow, arn, role


class Schedules(Construct):
    """The schedules themselves are no resources of the stack: the functions make them in this group.

    The group has a name that is known: the rights on its schedules are written with it. It takes them along when it
    is deleted.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, name: str, dispatch: lambda_.Function, missed: sqs.Queue
    ) -> None:
        super().__init__(scope, construct_id)
        self.group = scheduler.CfnScheduleGroup(self, "Group", name=name)
        self.of_jobs = arn("scheduler", f"schedule/{name}/*")
        self.role = firing_role(self, "Role", group=self.group, fires=dispatch, gives_up_to=missed)
        # What the functions that keep the schedules are told.
        self.environment = {
            "SCHEDULE_GROUP": self.group.ref,
            "SCHEDULE_ROLE_ARN": self.role.role_arn,
            "DISPATCH_FUNCTION_ARN": dispatch.function_arn,
            "MISSED_QUEUE_ARN": missed.queue_arn,
        }


def firing_role(
    scope: Construct,
    construct_id: str,
    *,
    group: scheduler.CfnScheduleGroup,
    fires: lambda_.Function,
    gives_up_to: sqs.Queue,
) -> iam.Role:
    """A role for the schedules of one group: they fire one function, and give up to one queue."""
    # EventBridge Scheduler User Guide, "Confused deputy prevention": the ARN must be a group's, never a schedule's.
    trust = {"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID, "aws:SourceArn": group.attr_arn}}
    allowed = [
        Allow(sid="Fire", actions=["lambda:InvokeFunction"], resources=[fires.function_arn]),
        Allow(sid="GiveUp", actions=["sqs:SendMessage"], resources=[gives_up_to.queue_arn]),
    ]
    return role(scope, construct_id, service="scheduler", allowed=allowed, trust=trust)
